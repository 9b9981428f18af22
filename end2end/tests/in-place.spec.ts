// What a script adds to a page that works without: words that stay true, and choices that leave nobody elsewhere.

import type { Page } from '@playwright/test';
import { awake, connect, panel } from '../flows.ts';
import { expect, test } from '../test.ts';
import { texts, type Language } from '../texts.ts';

const t = texts.en;

async function connected(page: Page, app: Parameters<typeof connect>[1], language: Language = 'en') {
    await connect(page, app, {}, language);
    await awake(page);
}

for (const language of ['en', 'fr'] as const) {
    test(`moments go on in the words of the server, ${language}`, { tag: '@script' }, async ({ page, app, context }) => {
        const words = texts[language];
        await context.addCookies([{ name: 'lang', value: language, url: app.origin }]);
        await page.clock.install();
        await connected(page, app, language);
        const renewed = panel(page, words.profile.connection).locator('time[data-told]');
        await expect(renewed).toHaveText(words.time.justNow);
        await page.clock.fastForward('03:30');
        await expect(renewed).toHaveText(words.time.minutes);
        await page.clock.fastForward('02:00:00');
        await expect(renewed).toHaveText(words.time.hours);
    });
}

test('who has no network is told how old the page is, and only so long', { tag: '@script' }, async ({ page, app, context }) => {
    await connected(page, app);
    const word = page.getByRole('status').filter({ hasText: t.offline });
    await expect(word.getByText(t.offline)).toBeHidden();
    await context.setOffline(true);
    await expect(word.getByText(t.offline)).toBeVisible();
    await expect(word.locator('time')).toHaveText(/UTC$/);
    await context.setOffline(false);
    await expect(word.getByText(t.offline)).toBeHidden();
});

test('what does not reach the server is said, and can be tried again', { tag: '@script' }, async ({ page, app, context, watch }) => {
    watch.expectFailure(/ERR_INTERNET_DISCONNECTED/);
    await connected(page, app);
    await context.setOffline(true);
    await page.getByRole('button', { name: t.profile.refresh }).click();
    await expect(page.getByText(t.unreached)).toBeVisible();
    await context.setOffline(false);
    await page.getByRole('button', { name: t.profile.refresh }).click();
    await expect(page.getByRole('status').filter({ hasText: t.profile.renewed })).toBeVisible();
    await expect(page.getByText(t.unreached)).toHaveCount(0);
});

test('the theme changes in place and is remembered', { tag: '@script' }, async ({ page, app }) => {
    await page.emulateMedia({ colorScheme: 'light' });
    await connected(page, app);
    await page.evaluate(() => Object.assign(window, { same: true }));
    const dark = page.getByRole('button', { name: t.theme.dark });
    await dark.click();
    await expect(dark).toHaveAttribute('aria-current', 'true');
    await expect(dark).toBeFocused();
    await expect(page.locator('body')).toHaveCSS('background-color', 'rgb(20, 24, 26)');
    await expect(page.locator('meta[name="theme-color"]')).toHaveCount(1);
    await expect(page.locator('meta[name="color-scheme"]')).toHaveAttribute('content', 'dark');
    expect(await page.evaluate(() => 'same' in window)).toBe(true);
    await page.getByRole('button', { name: t.theme.system }).click();
    await expect(page.locator('meta[name="theme-color"]')).toHaveCount(2);
    await expect(page.locator('body')).toHaveCSS('background-color', 'rgb(246, 244, 239)');
    await page.getByRole('button', { name: t.theme.dark }).click();
    await expect(page.getByRole('button', { name: t.theme.dark })).toHaveAttribute('aria-current', 'true');
    await page.reload();
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test('a theme that the server did not take is taken back', { tag: '@script' }, async ({ page, app, context, watch }) => {
    watch.expectFailure(/ERR_INTERNET_DISCONNECTED/);
    await page.emulateMedia({ colorScheme: 'light' });
    await connected(page, app);
    await context.setOffline(true);
    await page.getByRole('button', { name: t.theme.dark }).click();
    await expect(page.getByText(t.unreached)).toBeVisible();
    await expect(page.locator('body')).toHaveCSS('background-color', 'rgb(246, 244, 239)');
    await expect(page.locator('meta[name="theme-color"]')).toHaveCount(2);
});

test('the language changes with the same part of the page in view', { tag: '@script' }, async ({ page, app }) => {
    await connected(page, app);
    const french = page.getByRole('button', { name: texts.fr.language });
    await french.click();
    await expect(page.locator('html')).toHaveAttribute('lang', 'fr');
    await expect(page).toHaveURL(`${app.origin}/profile`);
    await expect(french).toBeInViewport();
});
