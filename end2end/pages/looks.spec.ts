// The main pages beside the pictures in end2end/references. `make references` draws those anew; look at
// them before you commit them.

import type { Page } from '@playwright/test';
import { dress } from '../fonts.mjs';
import { expect, settled, test } from '../stage.ts';
import { states } from '../states.ts';

const phone = { width: 390, height: 844 };
const desktop = { width: 1280, height: 844 };

/** Each in both themes on a phone; a desktop has the same colours and another layout. */
const main = [
    { name: 'login', also: { desktop } },
    { name: 'profile-public', also: { desktop } },
    { name: 'leaving' },
    { name: 'receipt-erased' },
    { name: 'failure-cancelled' },
];

/** In the same fonts only single pixels differ, if any; a word has hundreds, and a colour may change by little. */
const tolerance = { fullPage: true, animations: 'disabled', threshold: 0.03, maxDiffPixels: 40 } as const;

test.use({ deviceScaleFactor: 1 });
test.beforeEach(async ({ page }) => page.emulateMedia({ reducedMotion: 'reduce', colorScheme: 'light' }));

/** Takes away what differs from one run and one machine to the next: fonts, days, ids and numbers. */
async function freeze(page: Page) {
    await settled(page);
    await dress(page);
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

for (const { name, also = {} } of main) {
    test(name, async ({ stage, page }) => {
        await states.find((state) => state.name === name)!.arrange(stage);
        await freeze(page);
        for (const [place, viewport] of Object.entries({ phone, ...also })) {
            await page.setViewportSize(viewport);
            for (const theme of place === 'phone' ? (['light', 'dark'] as const) : (['light'] as const)) {
                await page.emulateMedia({ colorScheme: theme });
                await expect.soft(page).toHaveScreenshot(`${name}-${place}-${theme}.png`, tolerance);
            }
        }
    });
}

// `make references` leaves it out.
test('a word, a colour or a place that changes is seen', { tag: '@compares' }, async ({ page, stage }) => {
    await page.setViewportSize(phone);
    const { origin } = await stage.start();
    const changes = [
        () => (document.querySelector('.button')!.textContent = 'Continue with TokTik'),
        () => ((document.querySelector('.button') as HTMLElement).style.filter = 'brightness(1.15)'),
        () => ((document.querySelector('.lead') as HTMLElement).style.marginTop = '2px'),
    ];
    const look = async (change = () => {}) => {
        await page.goto(origin);
        await freeze(page);
        await page.evaluate(change);
    };
    await look();
    await expect(page).toHaveScreenshot('login-phone-light.png', tolerance);
    for (const change of changes) {
        await look(change);
        await expect(page).not.toHaveScreenshot('login-phone-light.png', { ...tolerance, timeout: 3_000 });
    }
});
