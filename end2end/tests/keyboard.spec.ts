// The whole way with the keyboard alone: in, around, and out, and the focus is always seen.

import type { Page } from '@playwright/test';
import { atProfile, awake, panel } from '../flows.ts';
import { connectByKeys, decideByKeys, focused, focusShows, pressKeys, tabTo } from '../keys.ts';
import { expect, test } from '../test.ts';
import { texts } from '../texts.ts';

const t = texts.en;

const disconnect = (page: Page) => page.getByRole('link', { name: t.profile.disconnect, exact: true });

async function atReceipt(page: Page, title: string) {
    await expect(page).toHaveURL(/\/disconnected$/);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(title);
}

test('a creator connects, looks around and logs out without a mouse', async ({ page, app }) => {
    await connectByKeys(page, app);
    await tabTo(page, page.getByRole('link', { name: t.profile.switchAccount }));
    await pressKeys(page, page.getByRole('button', { name: t.profile.logOut }));
    await expect(page).toHaveURL(`${app.origin}/#notice`);
    await expect(page.getByRole('link', { name: t.login.proceed })).toBeVisible();
});

test('who said no tries again without a mouse', async ({ page, app, watch }) => {
    watch.expectStatus(403);
    await page.goto('/');
    await pressKeys(page, page.getByRole('link', { name: t.login.proceed }));
    await decideByKeys(page, app, { decision: 'deny' });
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(t.failure.cancelled);
    await pressKeys(page, page.getByRole('link', { name: t.failure.again }));
    await decideByKeys(page, app);
    await atProfile(page, app);
});

test('accounts are switched without a mouse', async ({ page, app }) => {
    await connectByKeys(page, app);
    const first = await page.locator('.handle').innerText();
    await pressKeys(page, page.getByRole('link', { name: t.profile.switchAccount }));
    await decideByKeys(page, app, { creator: 'private' });
    await atProfile(page, app);
    await expect(page.locator('.handle')).not.toHaveText(first);
});

test('a missing permission is granted without a mouse', async ({ page, app }) => {
    await connectByKeys(page, app, { without: ['video.publish'] });
    const permissions = panel(page, t.profile.permissions);
    await expect(permissions).toContainText(t.profile.missing);
    await pressKeys(page, permissions.getByRole('link', { name: t.profile.askMissing }));
    await decideByKeys(page, app);
    await atProfile(page, app);
    await expect(permissions).not.toContainText(t.profile.missing);
});

test('the connection is renewed without a mouse, and the focus is where it makes sense', async ({ page, app, scripted }) => {
    await connectByKeys(page, app);
    if (scripted) await awake(page);
    const button = page.getByRole('button', { name: t.profile.refresh });
    await pressKeys(page, button);
    const answer = page.getByRole('status').filter({ hasText: t.profile.renewed });
    await expect(answer).toBeVisible();
    // Without script it stands on top of the next page; with, beside what they are at.
    await expect(scripted ? button : page.locator('#notice')).toBeFocused();
});

test('the data are taken along without a mouse', async ({ page, app }) => {
    await connectByKeys(page, app);
    const coming = page.waitForEvent('download');
    await pressKeys(page, page.getByRole('link', { name: t.profile.download }));
    expect((await coming).suggestedFilename()).toMatch(/\.json$/);
});

test('a creator leaves by the page without a mouse', async ({ page, app }) => {
    await connectByKeys(page, app);
    await page.goto('/disconnect');
    await tabTo(page, page.getByRole('radio', { name: t.leave.erase }));
    await page.keyboard.press('ArrowDown');
    await expect(page.getByRole('radio', { name: t.leave.keep })).toBeChecked();
    await pressKeys(page, page.getByRole('button', { name: t.leave.submit, exact: true }));
    await atReceipt(page, t.receipt.disconnected);
    await pressKeys(page, page.getByRole('link', { name: t.login.toProfile }));
    await atProfile(page, app);
    await pressKeys(page, page.getByRole('link', { name: t.profile.deleteData }));
    await expect(page.getByRole('button', { name: t.leave.eraseKept })).toBeVisible();
    await pressKeys(page, page.getByRole('button', { name: t.leave.eraseKept }));
    await atReceipt(page, t.receipt.erased);
});

test('everything is deleted without a mouse', async ({ page, app, scripted }) => {
    await connectByKeys(page, app);
    if (scripted) await awake(page);
    await pressKeys(page, disconnect(page));
    // The dialog leads to the page, for whoever wants more than to disconnect.
    if (scripted) await pressKeys(page, page.getByRole('dialog').getByRole('link', { name: t.leave.deleteAll }));
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(t.leave.title);
    await pressKeys(page, page.getByRole('button', { name: t.leave.deleteSubmit, exact: true }));
    await atReceipt(page, t.receipt.deleted);
});

test('the dialog opens, closes with Escape and by its button, and sends, without a mouse', { tag: '@script' }, async ({ page, app }) => {
    await connectByKeys(page, app);
    await awake(page);
    await pressKeys(page, disconnect(page));
    const dialog = page.getByRole('dialog', { name: t.leave.title });
    await expect(dialog.getByRole('heading', { name: t.leave.title })).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    await expect(disconnect(page)).toBeFocused();
    await page.keyboard.press('Enter');
    await pressKeys(page, dialog.getByRole('button', { name: t.leave.cancel }));
    await expect(dialog).toBeHidden();
    await expect(disconnect(page)).toBeFocused();
    await page.keyboard.press('Enter');
    await tabTo(page, dialog.getByRole('radio', { name: t.leave.erase }));
    await page.keyboard.press('ArrowDown');
    await expect(dialog.getByRole('radio', { name: t.leave.keep })).toBeChecked();
    await pressKeys(page, dialog.getByRole('button', { name: t.leave.submit, exact: true }), 'Space');
    await atReceipt(page, t.receipt.disconnected);
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
    await pressKeys(page, page.getByRole('button', { name: t.theme.dark }));
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
    await pressKeys(page, page.getByRole('button', { name: texts.fr.language }), 'Space');
    await expect(page.locator('html')).toHaveAttribute('lang', 'fr');
});

test('every stop on the profile is seen, and they come in the order of reading', async ({ page, app }) => {
    await page.goto('/oauth');
    await page.locator('button[name="decision"][value="approve"]').click();
    await atProfile(page, app);
    await page.waitForLoadState();
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
