// "Refresh now": with JavaScript the result is announced in the page; without, in a banner on the next page.

import type { Page } from '@playwright/test';
import { expectEventDelivered, expectProfile, expectProfileEventually, islandsReady, openManageApps, openSections, panel, signIn } from '../flows.ts';
import { blockFormSubmissions } from '../states/steps.ts';
import { expect, test } from '../test.ts';
import { texts } from '../texts.ts';

const t = texts.en;
const button = (page: Page) => page.getByRole('button', { name: t.profile.refresh });
const announcement = (page: Page, words: RegExp | string) => page.getByRole('status').filter({ hasText: words });

/** Delays the response to "Refresh now" until the returned function is called. */
async function holdResponse(page: Page) {
    let release = () => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    await page.route('**/api/refresh_now', async (route) => {
        await released;
        await route.continue();
    });
    return () => release();
}

test('recent connection is not refreshed again', { tag: '@smoke' }, async ({ page, app, scriptEnabled }) => {
    await signIn(page, app);
    if (scriptEnabled) await islandsReady(page);
    await button(page).click();
    await expect(announcement(page, t.profile.refreshed)).toBeVisible();
    if (!scriptEnabled) {
        await expect(page).toHaveURL(/\/profile#notice$/);
        await expect(page.locator('#notice')).toBeFocused();
    }
    expect((await app.calls()).filter(({ endpoint }) => endpoint === 'refresh')).toHaveLength(0);
    await page.reload();
    await expect(announcement(page, t.profile.refreshed)).toHaveCount(0);
});

test('result is announced once and the focus stays', { tag: '@script' }, async ({ page, app }) => {
    await signIn(page, app);
    await islandsReady(page);
    await page.evaluate(() => Object.assign(window, { isSamePage: true }));
    const release = await holdResponse(page);
    await button(page).focus();
    await page.keyboard.press('Enter');
    const pending = page.getByRole('button', { name: t.profile.refreshing });
    await expect(pending).toHaveAttribute('aria-busy', 'true');
    release();
    await expect(announcement(page, t.profile.refreshed)).toHaveCount(1);
    await expect(button(page)).toBeFocused();
    await expect(button(page)).not.toHaveAttribute('aria-disabled', 'true');
    await expect(page.locator('#notice')).toHaveCount(0);
    await expectProfile(page, app);
    expect(await page.evaluate(() => 'isSamePage' in window)).toBe(true);
});

test('changed content is replaced in the page', { tag: '@script' }, async ({ page, app }) => {
    await signIn(page, app);
    await islandsReady(page);
    // The server renders the page again, and the script takes over what differs.
    await page.evaluate(() => (document.querySelector('.status strong')!.textContent = 'old'));
    await button(page).click();
    await expect(panel(page, t.profile.connection)).toContainText(t.profile.connected);
});

test('ended connection replaces the page with live islands', { tag: '@script' }, async ({ page, app, context }) => {
    await context.grantPermissions(['clipboard-write'], { origin: app.origin });
    await signIn(page, app);
    await islandsReady(page);
    await page.evaluate(() => Object.assign(window, { isSamePage: true }));
    const otherTab = await context.newPage();
    await openManageApps(otherTab, app);
    await otherTab.getByRole('button', { name: 'Remove access' }).click();
    await expectEventDelivered(otherTab, 'authorization.removed');
    await expectProfileEventually(otherTab, app, async () => {
        await expect(panel(otherTab, t.profile.connection)).toContainText(t.profile.disconnected, { timeout: 500 });
    });
    await expect(panel(page, t.profile.connection)).toContainText(t.profile.connected);
    await button(page).click();
    await expect(panel(page, t.profile.connection)).toContainText(t.profile.disconnected);
    await expect(button(page)).toHaveCount(0);
    await openSections(page);
    await page.getByRole('button', { name: t.profile.copy }).click();
    await expect(announcement(page, t.profile.copied)).toBeVisible();
    expect(await page.evaluate(() => 'isSamePage' in window)).toBe(true);
});

test('refresh without a session redirects to login', async ({ page, app, context, scriptEnabled }) => {
    await signIn(page, app);
    if (scriptEnabled) await islandsReady(page);
    await context.clearCookies();
    await button(page).click();
    await expect(page).toHaveURL(`${app.origin}/`);
});

test('refresh button is reset after going back', async ({ page, app, scriptEnabled }) => {
    await signIn(page, app);
    if (scriptEnabled) await islandsReady(page);
    await button(page).click();
    await expect(announcement(page, t.profile.refreshed)).toBeVisible();
    await page.goto('/privacy');
    await page.goBack();
    await expect(button(page)).toBeVisible();
    await expect(button(page)).not.toHaveAttribute('aria-disabled', 'true');
    await expect(panel(page, t.profile.connection)).toContainText(t.profile.connected);
});

test('buttons are reset on a page from the back/forward cache', { tag: '@script' }, async ({ page, app }) => {
    await signIn(page, app);
    await islandsReady(page);
    await blockFormSubmissions(page);
    await page.getByRole('button', { name: t.profile.logOut }).click();
    const pressed = page.locator('button[aria-busy="true"]');
    await expect(pressed).toHaveCount(1);
    const showPage = (persisted: boolean) =>
        page.evaluate((persisted) => dispatchEvent(new PageTransitionEvent('pageshow', { persisted })), persisted);
    await showPage(false);
    await expect(pressed).toHaveCount(1);
    await showPage(true);
    await expect(pressed).toHaveCount(0);
    await expect(page.getByRole('button', { name: t.profile.logOut })).not.toHaveAttribute('aria-disabled', 'true');
});

test('unexpected response is reported as a failure', { tag: '@script' }, async ({ page, app, monitor }) => {
    monitor.expectStatus(502);
    await signIn(page, app);
    await islandsReady(page);
    await page.route('**/api/refresh_now', (route) => route.fulfill({ status: 502, contentType: 'text/html', body: 'Bad gateway' }));
    await button(page).click();
    await expect(page.getByText(t.unreachable)).toBeVisible();
    await expectProfile(page, app);
    await expect(button(page)).not.toHaveAttribute('aria-disabled', 'true');
});

test('result is announced after the dialog is closed', { tag: '@script' }, async ({ page, app }) => {
    await signIn(page, app);
    await islandsReady(page);
    const release = await holdResponse(page);
    await button(page).click();
    await page.getByRole('link', { name: t.profile.disconnect, exact: true }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog).toBeVisible();
    const response = page.waitForResponse(`${app.origin}/profile*`);
    release();
    await (await response).finished();
    await expect(dialog).toBeVisible();
    await expect(page.locator('#toasts')).toBeEmpty();
    await page.keyboard.press('Escape');
    await expect(announcement(page, t.profile.refreshed)).toBeVisible();
});
