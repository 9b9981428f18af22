// Islands: relative times, offline notice, and theme and language without a navigation.

import type { Page } from '@playwright/test';
import { islandsReady, openSections, panel, signIn } from '../flows.ts';
import { expect, test } from '../test.ts';
import { texts } from '../texts.ts';

const t = texts.en;

async function connected(page: Page, app: Parameters<typeof signIn>[1]) {
    await signIn(page, app);
    await islandsReady(page);
}

for (const language of ['en', 'fr'] as const) {
    test(`relative times are updated, ${language}`, { tag: '@script' }, async ({ page, app, context }) => {
        const t = texts[language];
        await context.addCookies([{ name: 'lang', value: language, url: app.origin }]);
        await page.clock.install();
        await connected(page, app);
        const refreshedAt = panel(page, t.profile.connection).locator('time[data-relative]');
        await expect(refreshedAt).toHaveText(t.time.justNow);
        await page.clock.fastForward('03:30');
        await expect(refreshedAt).toHaveText(t.time.minutes);
        await page.clock.fastForward('02:00:00');
        await expect(refreshedAt).toHaveText(t.time.hours);
    });
}

test('offline notice shows the age of the page', { tag: '@script' }, async ({ page, app, context }) => {
    await connected(page, app);
    const notice = page.getByRole('status').filter({ hasText: t.offline });
    await expect(notice.getByText(t.offline)).toBeHidden();
    await context.setOffline(true);
    await expect(notice.getByText(t.offline)).toBeVisible();
    await expect(notice.locator('time')).toHaveText(/\d{1,2}:\d{2}/);
    await context.setOffline(false);
    await expect(notice.getByText(t.offline)).toBeHidden();
});

test('unreachable server is reported and can be retried', { tag: '@script' }, async ({ page, app, context, monitor }) => {
    monitor.expectRequestFailure(/ERR_INTERNET_DISCONNECTED/);
    await connected(page, app);
    await context.setOffline(true);
    await page.getByRole('button', { name: t.profile.refresh }).click();
    await expect(page.getByText(t.unreachable)).toBeVisible();
    await context.setOffline(false);
    await page.getByRole('button', { name: t.profile.refresh }).click();
    await expect(page.getByRole('status').filter({ hasText: t.profile.refreshed })).toBeVisible();
    await expect(page.getByText(t.unreachable)).toHaveCount(0);
});

test('theme changes in place and is remembered', { tag: '@script' }, async ({ page, app }) => {
    await page.emulateMedia({ colorScheme: 'light' });
    await connected(page, app);
    await page.evaluate(() => Object.assign(window, { isSamePage: true }));
    const dark = page.getByRole('button', { name: t.theme.dark });
    await dark.click();
    await expect(dark).toHaveAttribute('aria-current', 'true');
    await expect(dark).toBeFocused();
    await expect(page.locator('body')).toHaveCSS('background-color', 'rgb(20, 24, 26)');
    await expect(page.locator('meta[name="theme-color"]')).toHaveCount(1);
    await expect(page.locator('meta[name="color-scheme"]')).toHaveAttribute('content', 'dark');
    expect(await page.evaluate(() => 'isSamePage' in window)).toBe(true);
    await page.getByRole('button', { name: t.theme.system }).click();
    await expect(page.locator('meta[name="theme-color"]')).toHaveCount(2);
    await expect(page.locator('body')).toHaveCSS('background-color', 'rgb(246, 244, 239)');
    await page.getByRole('button', { name: t.theme.dark }).click();
    await expect(page.getByRole('button', { name: t.theme.dark })).toHaveAttribute('aria-current', 'true');
    await page.reload();
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test('theme that was not saved is reverted', { tag: '@script' }, async ({ page, app, context, monitor }) => {
    monitor.expectRequestFailure(/ERR_INTERNET_DISCONNECTED/);
    await page.emulateMedia({ colorScheme: 'light' });
    await connected(page, app);
    await context.setOffline(true);
    await page.getByRole('button', { name: t.theme.dark }).click();
    await expect(page.getByText(t.unreachable)).toBeVisible();
    await expect(page.locator('body')).toHaveCSS('background-color', 'rgb(246, 244, 239)');
    await expect(page.locator('meta[name="theme-color"]')).toHaveCount(2);
});

test('language change keeps the scroll position', { tag: '@script' }, async ({ page, app }) => {
    await connected(page, app);
    const french = page.getByRole('button', { name: texts.fr.language });
    await french.click();
    await expect(page.locator('html')).toHaveAttribute('lang', 'fr');
    await expect(page).toHaveURL(`${app.origin}/profile`);
    await expect(french).toBeInViewport();
});

test.describe('browser in Tokyo', () => {
    test.use({ timezoneId: 'Asia/Tokyo' });

    test('moments are in the time zone of the browser', async ({ page, app, scriptEnabled }) => {
        await signIn(page, app);
        if (scriptEnabled) await islandsReady(page);
        await openSections(page);
        const moment = page.locator('#dates time[data-format="moment"]').first();
        const at = new Date((await moment.getAttribute('datetime'))!);
        const hour = (at.getUTCHours() + (scriptEnabled ? 9 : 0)) % 12 || 12;
        await expect(moment).toHaveText(new RegExp(`\\b${hour}:\\d{2}`));
    });
});

test('open profile is brought up to date when it is online again', { tag: '@script' }, async ({ page, app }) => {
    await connected(page, app);
    await page.request.post(`${app.origin}/api/disconnect`, {
        headers: { origin: app.origin, 'content-type': 'application/x-www-form-urlencoded' },
        data: 'profile=keep',
        maxRedirects: 0,
    });
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await expect(panel(page, t.profile.connection)).toContainText(t.profile.disconnected);
    await expect(page.getByRole('status').filter({ hasText: t.profile.disconnected })).toBeVisible();
});
