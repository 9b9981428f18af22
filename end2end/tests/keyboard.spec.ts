// The whole way with the keyboard alone: in, around, and out, and the focus is always seen.

import type { Locator, Page } from '@playwright/test';
import { atProfile, atTikTok } from '../flows.ts';
import { expect, test } from '../test.ts';
import { texts } from '../texts.ts';

const t = texts.en;

/** Presses Tab until `target` has the focus; every stop on the way shows that it has it. */
async function tabTo(page: Page, target: Locator) {
    for (let stop = 0; stop < 60; stop++) {
        await page.keyboard.press('Tab');
        expect(await focusShows(page), `the focus is seen on ${await focused(page)}`).toBe(true);
        if (await target.evaluate((element) => element === document.activeElement)) return;
    }
    throw new Error('the focus never came there');
}

const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent?.trim());

/** An outline of two pixels or more, on the element or on what it spreads over its row. */
const focusShows = (page: Page) =>
    page.evaluate(() => {
        const element = document.activeElement!;
        return [null, '::after'].some((part) => {
            const { outlineStyle, outlineWidth } = getComputedStyle(element, part);
            return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
        });
    });

test('a creator connects, looks around and logs out without a mouse', async ({ page, app }) => {
    await page.goto('/');
    await tabTo(page, page.getByRole('link', { name: t.login.proceed }));
    await page.keyboard.press('Enter');
    await atTikTok(page, app);
    const approve = page.locator('button[name="decision"][value="approve"]');
    for (let stop = 0; stop < 30 && !(await approve.evaluate((it) => it === document.activeElement)); stop++) {
        await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Enter');
    await atProfile(page, app);
    await tabTo(page, page.getByRole('link', { name: t.profile.switchAccount }));
    await tabTo(page, page.getByRole('button', { name: t.profile.logOut }));
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(`${app.origin}/`);
    await expect(page.getByRole('link', { name: t.login.proceed })).toBeVisible();
});

test('the first stop leads past the header', async ({ page }) => {
    await page.goto('/');
    await page.keyboard.press('Tab');
    const skip = page.locator('a.skip');
    await expect(skip).toBeFocused();
    await expect(skip).toBeInViewport();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('main')).toBeFocused();
    await tabTo(page, page.getByRole('link', { name: t.login.proceed }));
});

test('theme and language are chosen without a mouse', async ({ page }) => {
    await page.goto('/privacy');
    await tabTo(page, page.getByRole('button', { name: t.theme.dark }));
    await page.keyboard.press('Enter');
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
    await tabTo(page, page.getByRole('button', { name: texts.fr.language }));
    await page.keyboard.press('Space');
    await expect(page.locator('html')).toHaveAttribute('lang', 'fr');
});

test('every stop on the profile is seen, and they come in the order of reading', async ({ page, app }) => {
    await page.goto('/oauth');
    await page.locator('button[name="decision"][value="approve"]').click();
    await atProfile(page, app);
    const places: number[] = [];
    await page.keyboard.press('Tab');
    do {
        expect(await focusShows(page), `the focus is seen on ${await focused(page)}`).toBe(true);
        places.push(await page.evaluate(() => [...document.querySelectorAll('*')].indexOf(document.activeElement!)));
        await page.keyboard.press('Tab');
        // Behind the last control the browser begins again, over its own or at once.
    } while (places.length < 40 && !(await page.evaluate(() => document.activeElement?.matches('body, .skip'))));
    expect(places.length).toBeGreaterThan(8);
    expect(places).toEqual(places.toSorted((one, other) => one - other));
});
