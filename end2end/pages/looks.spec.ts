// The main pages on a phone, beside the pictures in end2end/references. `make references` draws those
// anew; look at them before you commit them.

import type { Page } from '@playwright/test';
import { fontsOf, note, whyNot } from '../fonts.ts';
import { expect, settled, test } from '../stage.ts';
import { states } from '../states.ts';

const main = ['login', 'profile-public', 'failure-cancelled'];
const themes = ['light', 'dark'] as const;

/** With the same fonts only single pixels differ, if any; a word has hundreds, and a colour may change by little. */
const tolerance = { fullPage: true, animations: 'disabled', threshold: 0.03, maxDiffPixels: 40 } as const;

test.use({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 1, reducedMotion: 'reduce' } as object);

test.beforeEach(async ({ page, baseURL }, testInfo) => {
    await page.goto(`${baseURL}/`);
    const here = await fontsOf(page);
    if (testInfo.config.updateSnapshots === 'all') return note(here);
    const reason = whyNot(here);
    // What a skipped test does not say of itself is said here.
    if (reason) console.log(`  Not compared: ${reason}`);
    test.skip(Boolean(reason), reason);
});

/** Takes away what differs from one run to the next: days and ids. */
async function freeze(page: Page) {
    await settled(page);
    await page.evaluate(() => {
        document.querySelectorAll('time').forEach((time) => (time.textContent = '22 November 2026'));
        document.querySelectorAll('.creator-id code').forEach((id) => (id.textContent = '0'.repeat(36)));
    });
}

for (const name of main) {
    for (const theme of themes) {
        test(`${name}, ${theme}`, async ({ stage, page }) => {
            await page.emulateMedia({ colorScheme: theme });
            await states.find((state) => state.name === name)!.arrange(stage);
            await freeze(page);
            await expect(page).toHaveScreenshot(`${name}-${theme}.png`, tolerance);
        });
    }
}

test('a word, a colour or a place that changes is seen', async ({ page, baseURL }, testInfo) => {
    test.skip(testInfo.config.updateSnapshots === 'all', 'the references are being drawn');
    await page.emulateMedia({ colorScheme: 'light' });
    const changes = [
        () => (document.querySelector('.button')!.textContent = 'Continue with TokTik'),
        () => ((document.querySelector('.button') as HTMLElement).style.backgroundColor = '#0b6c84'),
        () => ((document.querySelector('.lead') as HTMLElement).style.marginTop = '2px'),
    ];
    for (const change of changes) {
        await page.goto(`${baseURL}/`);
        await freeze(page);
        await page.evaluate(change);
        await expect(page).not.toHaveScreenshot('login-light.png', { ...tolerance, timeout: 3_000 });
    }
});
