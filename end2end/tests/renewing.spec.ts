// "Refresh now": the connection is renewed while the creator looks. With script the answer comes into the
// page; without, on top of the next one.

import type { Page } from '@playwright/test';
import { atProfile, awake, connect, manageApps, panel, profileComesToSay, taken } from '../flows.ts';
import { neverSend } from '../states/ways.ts';
import { expect, test } from '../test.ts';
import { texts } from '../texts.ts';

const t = texts.en;
const button = (page: Page) => page.getByRole('button', { name: t.profile.refresh });
const said = (page: Page, words: RegExp | string) => page.getByRole('status').filter({ hasText: words });

/** Holds the answer to "Refresh now" back until what this gives is called. */
async function holdAnswer(page: Page) {
    let answer = () => {};
    const held = new Promise<void>((resolve) => (answer = resolve));
    await page.route('**/api/refresh_now', async (route) => {
        await held;
        await route.continue();
    });
    return () => answer();
}

test('what was renewed a moment ago is not renewed again', async ({ page, app, scripted }) => {
    await connect(page, app);
    if (scripted) await awake(page);
    await button(page).click();
    await expect(said(page, t.profile.renewed)).toBeVisible();
    if (!scripted) {
        await expect(page).toHaveURL(/\/profile#notice$/);
        await expect(page.locator('#notice')).toBeFocused();
    }
    expect((await app.calls()).filter(({ endpoint }) => endpoint === 'refresh')).toHaveLength(0);
    await page.reload();
    await expect(said(page, t.profile.renewed)).toHaveCount(0);
});

test('the answer comes into the page, said once, and the focus stays', { tag: '@script' }, async ({ page, app }) => {
    await connect(page, app);
    await awake(page);
    await page.evaluate(() => Object.assign(window, { same: true }));
    const answer = await holdAnswer(page);
    await button(page).focus();
    await page.keyboard.press('Enter');
    const pending = page.getByRole('button', { name: t.profile.refreshing });
    await expect(pending).toHaveAttribute('aria-busy', 'true');
    answer();
    await expect(said(page, t.profile.renewed)).toHaveCount(1);
    await expect(button(page)).toBeFocused();
    await expect(button(page)).not.toHaveAttribute('aria-disabled', 'true');
    await expect(page.locator('#notice')).toHaveCount(0);
    await atProfile(page, app);
    expect(await page.evaluate(() => 'same' in window)).toBe(true);
});

test('what has changed shows in the page', { tag: '@script' }, async ({ page, app }) => {
    await connect(page, app);
    await awake(page);
    // The page is drawn anew by the server, and this one takes over what has changed.
    await page.evaluate(() => (document.querySelector('.state-name strong')!.textContent = 'old'));
    await button(page).click();
    await expect(panel(page, t.profile.connection)).toContainText(t.profile.connected);
});

test('where nothing is left to renew the page becomes another, as alive as the first', { tag: '@script' }, async ({ page, app, context }) => {
    await context.grantPermissions(['clipboard-write'], { origin: app.origin });
    await connect(page, app);
    await awake(page);
    await page.evaluate(() => Object.assign(window, { same: true }));
    const elsewhere = await context.newPage();
    await manageApps(elsewhere, app);
    await elsewhere.getByRole('button', { name: 'Remove access' }).click();
    await taken(elsewhere, 'authorization.removed');
    await profileComesToSay(elsewhere, app, async () => {
        await expect(panel(elsewhere, t.profile.connection)).toContainText(t.profile.disconnected, { timeout: 500 });
    });
    await expect(panel(page, t.profile.connection)).toContainText(t.profile.connected);
    await button(page).click();
    await expect(panel(page, t.profile.connection)).toContainText(t.profile.disconnected);
    await expect(button(page)).toHaveCount(0);
    await page.getByRole('button', { name: t.profile.copy }).click();
    await expect(said(page, t.profile.copied)).toBeVisible();
    expect(await page.evaluate(() => 'same' in window)).toBe(true);
});

test('where the session has ended the button leads to the start', async ({ page, app, context, scripted }) => {
    await connect(page, app);
    if (scripted) await awake(page);
    await context.clearCookies();
    await button(page).click();
    await expect(page).toHaveURL(`${app.origin}/`);
});

test('a button that was pressed is as it was after coming back', async ({ page, app, scripted }) => {
    await connect(page, app);
    if (scripted) await awake(page);
    await button(page).click();
    await expect(said(page, t.profile.renewed)).toBeVisible();
    await page.goto('/privacy');
    await page.goBack();
    await expect(button(page)).toBeVisible();
    await expect(button(page)).not.toHaveAttribute('aria-disabled', 'true');
    await expect(panel(page, t.profile.connection)).toContainText(t.profile.connected);
});

test('a page that the browser kept has its buttons as they were', { tag: '@script' }, async ({ page, app }) => {
    await connect(page, app);
    await awake(page);
    await neverSend(page);
    await page.getByRole('button', { name: t.profile.logOut }).click();
    const pressed = page.locator('button[aria-busy="true"]');
    await expect(pressed).toHaveCount(1);
    const shown = (persisted: boolean) =>
        page.evaluate((persisted) => dispatchEvent(new PageTransitionEvent('pageshow', { persisted })), persisted);
    await shown(false);
    await expect(pressed).toHaveCount(1);
    await shown(true);
    await expect(pressed).toHaveCount(0);
    await expect(page.getByRole('button', { name: t.profile.logOut })).not.toHaveAttribute('aria-disabled', 'true');
});

test('an answer that is no page of the app is said to have failed', { tag: '@script' }, async ({ page, app, watch }) => {
    watch.expectStatus(502);
    await connect(page, app);
    await awake(page);
    await page.route('**/api/refresh_now', (route) => route.fulfill({ status: 502, contentType: 'text/html', body: 'Bad gateway' }));
    await button(page).click();
    await expect(page.getByText(t.unreached)).toBeVisible();
    await atProfile(page, app);
    await expect(button(page)).not.toHaveAttribute('aria-disabled', 'true');
});

test('an answer waits until the dialog is closed', { tag: '@script' }, async ({ page, app }) => {
    await connect(page, app);
    await awake(page);
    const answer = await holdAnswer(page);
    await button(page).click();
    await page.getByRole('link', { name: t.profile.disconnect, exact: true }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog).toBeVisible();
    const came = page.waitForResponse(`${app.origin}/profile*`);
    answer();
    await (await came).finished();
    await expect(dialog).toBeVisible();
    await expect(page.locator('#toasts')).toBeEmpty();
    await page.keyboard.press('Escape');
    await expect(said(page, t.profile.renewed)).toBeVisible();
});
