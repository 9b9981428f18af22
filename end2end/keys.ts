// A person without a mouse: Tab, arrows, Space, Enter and Escape, and nothing else.

import { expect, type Locator, type Page } from '@playwright/test';
import type { App } from './app.mjs';
import { atProfile, atTikTok, type Consent } from './flows.ts';
import { texts } from './texts.ts';

/** Presses Tab until `target` has the focus; on a page of ours every stop on the way shows that it has it. */
export async function tabTo(page: Page, target: Locator, ours = true) {
    // A page without a script does not wait for its style sheet before it is interactive: until `load` the focus ring
    // may still be the browser's own, which is thinner.
    await page.waitForLoadState('load');
    for (let stop = 0; stop < 60; stop++) {
        await page.keyboard.press('Tab');
        if (ours) expect(await focusShows(page), `the focus is seen on ${await focused(page)}`).toBe(true);
        if (await target.evaluate((element) => element === document.activeElement)) return;
    }
    throw new Error('the focus never came there');
}

/** Goes to a control and presses it. */
export async function pressKeys(page: Page, target: Locator, key = 'Enter') {
    await tabTo(page, target);
    await page.keyboard.press(key);
}

export const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent?.trim());

/** An outline of two pixels or more, on the element or on what it spreads over its row. */
export const focusShows = (page: Page) =>
    page.evaluate(() => {
        const element = document.activeElement!;
        // What holds a radio button's focus may be the row around it.
        const bearers = [element, element.closest('label')].filter((bearer) => bearer !== null);
        return bearers.some((bearer) =>
            [null, '::after'].some((part) => {
                const { outlineStyle, outlineWidth } = getComputedStyle(bearer, part);
                return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
            }),
        );
    });

/** Decides on the consent page. */
export async function decideByKeys(page: Page, app: App, { creator, without = [], decision = 'approve' }: Consent = {}) {
    await atTikTok(page, app);
    if (creator) {
        await tabTo(page, page.locator('input[name="creator"]:checked'), false);
        const wanted = page.locator(`input[name="creator"][value="${creator}"]`);
        for (let step = 0; step < 20 && !(await wanted.isChecked()); step++) await page.keyboard.press('ArrowDown');
    }
    for (const scope of without) {
        await tabTo(page, page.locator(`input[name="scope"][value="${scope}"]`), false);
        await page.keyboard.press('Space');
    }
    await tabTo(page, page.locator(`button[name="decision"][value="${decision}"]`), false);
    await page.keyboard.press('Enter');
}

/** The whole way to the profile. */
export async function connectByKeys(page: Page, app: App, consent: Consent = {}) {
    await page.goto('/');
    await pressKeys(page, page.getByRole('link', { name: texts.en.login.proceed }));
    await decideByKeys(page, app, consent);
    await atProfile(page, app);
}
