// Compares the main pages with the pictures in end2end/references. `make references` takes those anew; review them
// before you commit them.

import type { Page } from '@playwright/test';
import { setReferenceFonts } from '../fonts.mjs';
import { expect, pageComplete, test } from '../state-test.ts';
import { states } from '../states.ts';

const phone = { width: 390, height: 844 };
const desktop = { width: 1280, height: 844 };

/** On a phone in both themes; a desktop has the same colours in another layout. */
const compared = [
    { name: 'login', also: { desktop } },
    { name: 'profile-public', also: { desktop } },
    { name: 'disconnect' },
    { name: 'receipt-erased' },
    { name: 'failure-cancelled' },
];

/** With the same fonts, few pixels differ, if any; another word differs in hundreds, another colour by little. */
const tolerance = { fullPage: true, animations: 'disabled', threshold: 0.03, maxDiffPixels: 40 } as const;

test.use({ deviceScaleFactor: 1 });
test.beforeEach(async ({ page }) => page.emulateMedia({ reducedMotion: 'reduce', colorScheme: 'light' }));

/** Replaces what differs between runs and machines: fonts, dates, ids and numbers. */
async function removeVariableContent(page: Page) {
    await pageComplete(page);
    await setReferenceFonts(page);
    await page.evaluate(() => {
        document.querySelectorAll('time').forEach((time) => (time.textContent = '22 November 2026'));
        document.querySelectorAll('.creator-id code').forEach((id) => (id.textContent = '0'.repeat(36)));
        const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) {
            const text = texts.currentNode as Text;
            text.data = text.data.replace(/\b\d{4}-\d{4}-\d{4}\b/, '0000-0000-0000').replace(/\b20\d{12}[0-9A-Z]{18}\b/, '0'.repeat(32));
        }
    });
}

for (const { name, also = {} } of compared) {
    test(name, async ({ setup, page }) => {
        await states.find((state) => state.name === name)!.arrange(setup);
        await removeVariableContent(page);
        for (const [place, viewport] of Object.entries({ phone, ...also })) {
            await page.setViewportSize(viewport);
            for (const theme of place === 'phone' ? (['light', 'dark'] as const) : (['light'] as const)) {
                await page.emulateMedia({ colorScheme: theme });
                await expect.soft(page).toHaveScreenshot(`${name}-${place}-${theme}.png`, tolerance);
            }
        }
    });
}

// `make references` excludes it.
test('changed text, colour or position is detected', { tag: '@compares' }, async ({ page, setup }) => {
    await page.setViewportSize(phone);
    const { origin } = await setup.start();
    const changes = [
        () => (document.querySelector('.button')!.textContent = 'Continue with TokTik'),
        () => ((document.querySelector('.button') as HTMLElement).style.filter = 'brightness(1.15)'),
        () => ((document.querySelector('.lead') as HTMLElement).style.marginTop = '2px'),
    ];
    const examine = async (change = () => {}) => {
        await page.goto(origin);
        await removeVariableContent(page);
        await page.evaluate(change);
    };
    await examine();
    await expect(page).toHaveScreenshot('login-phone-light.png', tolerance);
    for (const change of changes) {
        await examine(change);
        await expect(page).not.toHaveScreenshot('login-phone-light.png', { ...tolerance, timeout: 3_000 });
    }
});
