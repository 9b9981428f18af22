// Every flow with the keyboard alone, with a visible focus on every stop.

import type { Page } from '@playwright/test';
import { expectProfile, islandsReady, panel, signIn } from '../flows.ts';
import { connectByKeyboard, submitConsentByKeyboard, focusedText, focusIsVisible, focusAndPress, tabTo } from '../keyboard.ts';
import { expect, test } from '../test.ts';
import { texts } from '../texts.ts';

const t = texts.en;

const disconnectLink = (page: Page) => page.getByRole('link', { name: t.profile.disconnect, exact: true });

async function expectReceipt(page: Page, title: string) {
    await expect(page).toHaveURL(/\/disconnected$/);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(title);
}

test('keyboard: connect and log out', async ({ page, app }) => {
    await connectByKeyboard(page, app);
    await tabTo(page, page.getByRole('link', { name: t.profile.switchAccount }));
    await focusAndPress(page, page.getByRole('button', { name: t.profile.logOut }));
    await expect(page).toHaveURL(`${app.origin}/#notice`);
    await expect(page.getByRole('link', { name: t.login.proceed })).toBeVisible();
});

test('keyboard: denied consent can be retried', async ({ page, app, monitor }) => {
    monitor.expectStatus(403);
    await page.goto('/');
    await focusAndPress(page, page.getByRole('link', { name: t.login.proceed }));
    await submitConsentByKeyboard(page, app, { decision: 'deny' });
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(t.failure.cancelled);
    await focusAndPress(page, page.getByRole('link', { name: t.failure.again }));
    await submitConsentByKeyboard(page, app);
    await expectProfile(page, app);
});

test('keyboard: switch accounts', async ({ page, app }) => {
    await signIn(page, app);
    const first = await page.locator('.handle').innerText();
    await focusAndPress(page, page.getByRole('link', { name: t.profile.switchAccount }));
    await submitConsentByKeyboard(page, app, { creator: 'private' });
    await expectProfile(page, app);
    await expect(page.locator('.handle')).not.toHaveText(first);
});

test('keyboard: grant a missing permission', async ({ page, app }) => {
    await signIn(page, app, { without: ['video.publish'] });
    const permissions = panel(page, t.profile.permissions);
    await expect(permissions).toContainText(t.profile.missing);
    await focusAndPress(page, panel(page, t.profile.connection).getByRole('link', { name: t.profile.askMissing }));
    await submitConsentByKeyboard(page, app);
    await expectProfile(page, app);
    await expect(permissions).not.toContainText(t.profile.missing);
});

test('keyboard: refresh keeps or moves the focus', async ({ page, app, scriptEnabled }) => {
    await signIn(page, app);
    if (scriptEnabled) await islandsReady(page);
    const button = page.getByRole('button', { name: t.profile.refresh });
    await focusAndPress(page, button);
    const result = page.getByRole('status').filter({ hasText: t.profile.refreshed });
    await expect(result).toBeVisible();
    // Without script, the banner on top of the next page gets the focus.
    await expect(scriptEnabled ? button : page.locator('#notice')).toBeFocused();
});

test('keyboard: download the data', async ({ page, app }) => {
    await signIn(page, app);
    await focusAndPress(page, page.locator('summary').filter({ hasText: t.profile.stored }));
    const download = page.waitForEvent('download');
    await focusAndPress(page, page.getByRole('link', { name: t.profile.download }));
    expect((await download).suggestedFilename()).toMatch(/\.json$/);
});

test('keyboard: disconnect on the page, then erase the profile', async ({ page, app }) => {
    await signIn(page, app);
    await page.goto('/disconnect');
    await tabTo(page, page.getByRole('radio', { name: t.leave.erase }));
    await page.keyboard.press('ArrowDown');
    await expect(page.getByRole('radio', { name: t.leave.keep })).toBeChecked();
    await focusAndPress(page, page.getByRole('button', { name: t.leave.submit, exact: true }));
    await expectReceipt(page, t.receipt.disconnected);
    await focusAndPress(page, page.getByRole('link', { name: t.login.toProfile }));
    await expectProfile(page, app);
    await focusAndPress(page, page.getByRole('link', { name: t.profile.deleteData }));
    await expect(page.getByRole('button', { name: t.leave.eraseKept })).toBeVisible();
    await focusAndPress(page, page.getByRole('button', { name: t.leave.eraseKept }));
    await expectReceipt(page, t.receipt.erased);
});

test('keyboard: delete everything', async ({ page, app, scriptEnabled }) => {
    await signIn(page, app);
    if (scriptEnabled) await islandsReady(page);
    await focusAndPress(page, disconnectLink(page));
    // The dialog links to the page on which everything can be deleted.
    if (scriptEnabled) await focusAndPress(page, page.getByRole('dialog').getByRole('link', { name: t.leave.deleteAll }));
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(t.leave.title);
    await focusAndPress(page, page.locator('summary').filter({ hasText: t.leave.deleteAsk }));
    await focusAndPress(page, page.getByRole('button', { name: t.leave.deleteSubmit, exact: true }));
    await expectReceipt(page, t.receipt.deleted);
});

test('keyboard: dialog opens, closes and submits', { tag: '@script' }, async ({ page, app }) => {
    await signIn(page, app);
    await islandsReady(page);
    await focusAndPress(page, disconnectLink(page));
    const dialog = page.getByRole('dialog', { name: t.leave.title });
    await expect(dialog.getByRole('heading', { name: t.leave.title })).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    await expect(disconnectLink(page)).toBeFocused();
    await page.keyboard.press('Enter');
    await focusAndPress(page, dialog.getByRole('button', { name: t.leave.cancel }));
    await expect(dialog).toBeHidden();
    await expect(disconnectLink(page)).toBeFocused();
    await page.keyboard.press('Enter');
    await tabTo(page, dialog.getByRole('radio', { name: t.leave.erase }));
    await page.keyboard.press('ArrowDown');
    await expect(dialog.getByRole('radio', { name: t.leave.keep })).toBeChecked();
    await focusAndPress(page, dialog.getByRole('button', { name: t.leave.submit, exact: true }), 'Space');
    await expectReceipt(page, t.receipt.disconnected);
});

test('keyboard: skip link moves the focus to the main part', async ({ page }) => {
    await page.goto('/');
    await page.keyboard.press('Tab');
    const skip = page.locator('a.skip');
    await expect(skip).toBeFocused();
    await expect(skip).toBeInViewport();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('main')).toBeFocused();
    await tabTo(page, page.getByRole('link', { name: t.login.proceed }));
});

test('keyboard: choose theme and language', async ({ page }) => {
    await page.goto('/privacy');
    await focusAndPress(page, page.getByRole('button', { name: t.theme.dark }));
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
    await focusAndPress(page, page.getByRole('button', { name: texts.fr.language }), 'Space');
    await expect(page.locator('html')).toHaveAttribute('lang', 'fr');
});

test('keyboard: focus order on the profile is document order', async ({ page, app }) => {
    await signIn(page, app);
    const positions: number[] = [];
    await page.keyboard.press('Tab');
    do {
        expect(await focusIsVisible(page), `visible focus on ${await focusedText(page)}`).toBe(true);
        positions.push(await page.evaluate(() => [...document.querySelectorAll('*')].indexOf(document.activeElement!)));
        await page.keyboard.press('Tab');
        // After the last control the browser starts over, with its own controls or at once.
    } while (positions.length < 40 && !(await page.evaluate(() => document.activeElement?.matches('body, .skip'))));
    expect(positions.length).toBeGreaterThan(8);
    expect(positions).toEqual(positions.toSorted((one, other) => one - other));
});
