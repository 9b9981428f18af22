// Keyboard navigation: Tab, arrows, Space, Enter and Escape.

import { expect, type Locator, type Page } from '@playwright/test';
import type { App } from './app.mjs';
import { expectProfile, expectConsentPage, type Consent } from './flows.ts';
import { texts } from './texts.ts';

/** Presses Tab until `target` has the focus. On the app's own pages, every element on the way must have a visible focus. */
export async function tabTo(page: Page, target: Locator, isOwnPage = true) {
    // A page without a script does not wait for its style sheet before it is interactive: until `load` the focus ring
    // may still be the browser's own, which is thinner.
    await page.waitForLoadState('load');
    for (let stop = 0; stop < 60; stop++) {
        await page.keyboard.press('Tab');
        if (isOwnPage) expect(await focusIsVisible(page), `visible focus on ${await focusedText(page)}`).toBe(true);
        if (await target.evaluate((element) => element === document.activeElement)) return;
    }
    throw new Error('the target did not get the focus');
}

/** Moves the focus to a control and presses a key. */
export async function focusAndPress(page: Page, target: Locator, key = 'Enter') {
    await tabTo(page, target);
    await page.keyboard.press(key);
}

export const focusedText = (page: Page) => page.evaluate(() => document.activeElement?.textContent?.trim());

/** Whether the focused element, or the label around it, has an outline of two pixels or more. */
export const focusIsVisible = (page: Page) =>
    page.evaluate(() => {
        const element = document.activeElement!;
        // For a radio button, the outline may be on its label.
        const elements = [element, element.closest('label')].filter((candidate) => candidate !== null);
        return elements.some((candidate) =>
            [null, '::after'].some((part) => {
                const { outlineStyle, outlineWidth } = getComputedStyle(candidate, part);
                return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
            }),
        );
    });

/** Submits the consent page by keyboard. */
export async function submitConsentByKeyboard(page: Page, app: App, { creator, without = [], decision = 'approve' }: Consent = {}) {
    await expectConsentPage(page, app);
    if (creator) {
        await tabTo(page, page.locator('input[name="creator"]:checked'), false);
        const option = page.locator(`input[name="creator"][value="${creator}"]`);
        for (let step = 0; step < 20 && !(await option.isChecked()); step++) await page.keyboard.press('ArrowDown');
    }
    for (const scope of without) {
        await tabTo(page, page.locator(`input[name="scope"][value="${scope}"]`), false);
        await page.keyboard.press('Space');
    }
    await tabTo(page, page.locator(`button[name="decision"][value="${decision}"]`), false);
    await page.keyboard.press('Enter');
}

/** Logs in by keyboard and waits for the profile. */
export async function connectByKeyboard(page: Page, app: App, consent: Consent = {}) {
    await page.goto('/');
    await focusAndPress(page, page.getByRole('link', { name: texts.en.login.proceed }));
    await submitConsentByKeyboard(page, app, consent);
    await expectProfile(page, app);
}
