// A creator disconnects: in the dialog with JavaScript, on the page without.

import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import type { App } from '../app.mjs';
import { detail, expectNoOverflow, expectProfile, expectSignedOut, islandsReady, panel, signIn, submitConsent } from '../flows.ts';
import { expect, test } from '../test.ts';
import { texts, type Language } from '../texts.ts';

const t = texts.en;

/** Follows "Disconnect" on the profile, which opens the dialog or the page, and returns that part of the page. */
async function startDisconnect(page: Page, scriptEnabled: boolean, language: Language = 'en') {
    const { profile, leave } = texts[language];
    await page.getByRole('link', { name: profile.disconnect, exact: true }).click();
    const place = scriptEnabled ? page.getByRole('dialog', { name: leave.title }) : page.getByRole('main');
    await expect(place.getByRole('heading', { name: leave.title })).toBeVisible();
    return place;
}

async function expectReceipt(page: Page, app: App, title: string) {
    await expect(page).toHaveURL(`${app.origin}/disconnected`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(title);
}

/** The receipt number. */
function receiptNumber(page: Page) {
    return detail(page, t.receipt.number);
}

test('disconnect ends the connection and shows a receipt', { tag: '@smoke' }, async ({ page, app, scriptEnabled }) => {
    await signIn(page, app);
    if (scriptEnabled) await islandsReady(page);
    const place = await startDisconnect(page, scriptEnabled);
    await place.getByRole('button', { name: t.leave.submit, exact: true }).click();
    await expectReceipt(page, app, t.receipt.disconnected);
    await expect(page.getByRole('main')).toContainText(t.receipt.confirmed);
    await expect(receiptNumber(page)).toHaveText(/^\d{4}-\d{4}-\d{4}$/);
    expect((await app.state()).authorised).toEqual([]);
    await page.goto('/profile');
    await expect(panel(page, t.profile.connection)).toContainText(t.profile.disconnected);
    await expect(page.locator('.handle')).toHaveCount(0);
    await expect(page.getByRole('link', { name: t.profile.disconnect, exact: true })).toHaveCount(0);
});

test('kept profile is shown after disconnecting', async ({ page, app, scriptEnabled }) => {
    await signIn(page, app);
    const handle = await page.locator('.handle').innerText();
    if (scriptEnabled) await islandsReady(page);
    const place = await startDisconnect(page, scriptEnabled);
    await place.getByRole('radio', { name: t.leave.keep }).check();
    await place.getByRole('button', { name: t.leave.submit, exact: true }).click();
    await expectReceipt(page, app, t.receipt.disconnected);
    await page.getByRole('link', { name: t.login.toProfile }).click();
    await expect(page.locator('.handle')).toHaveText(handle);
    await expect(panel(page, t.profile.posting)).toHaveCount(0);
    await page.getByRole('link', { name: t.profile.deleteData }).click();
    await page.getByRole('button', { name: t.leave.eraseKept }).click();
    await expectReceipt(page, app, t.receipt.erased);
});

test('dialog traps the focus and restores it when closed', { tag: '@script' }, async ({ page, app, scriptEnabled }) => {
    await signIn(page, app);
    await islandsReady(page);
    const dialog = await startDisconnect(page, scriptEnabled);
    await expect(dialog.getByRole('heading', { name: t.leave.title })).toBeFocused();
    await expect(dialog.getByRole('radio', { name: t.leave.erase })).toBeChecked();
    await expect(dialog).toHaveAccessibleDescription(t.leave.means);
    const focusIsInside = () => page.evaluate(() => {
        const active = document.activeElement;
        return active === document.body || document.querySelector('dialog')?.contains(active);
    });
    for (let press = 0; press < 8; press++) {
        await page.keyboard.press('Tab');
        expect(await focusIsInside(), 'the focus is in the dialog, or in the browser').toBe(true);
    }
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    const opener = page.getByRole('link', { name: t.profile.disconnect, exact: true });
    await expect(opener).toBeFocused();
    await page.keyboard.press('Enter');
    await dialog.getByRole('button', { name: t.leave.cancel }).click();
    await expect(dialog).toBeHidden();
    await expect(opener).toBeFocused();
    await expect(page).toHaveURL(`${app.origin}/profile`);
    await expect(panel(page, t.profile.connection)).toContainText(t.profile.connected);
});

test('click beside the dialog closes it', { tag: '@script' }, async ({ page, app, scriptEnabled }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await signIn(page, app);
    await islandsReady(page);
    const dialog = await startDisconnect(page, scriptEnabled);
    await expect(dialog.getByRole('link', { name: t.leave.deleteAll })).toBeInViewport({ ratio: 1 });
    await dialog.getByText(t.leave.means).click();
    await expect(dialog).toBeVisible();
    await page.mouse.click(195, 4);
    await expect(dialog).toBeHidden();
});

test('receipt can be saved as a file', async ({ page, app }) => {
    await signIn(page, app);
    await page.goto('/disconnect');
    await page.getByRole('button', { name: t.leave.submit, exact: true }).click();
    await expectReceipt(page, app, t.receipt.disconnected);
    const number = await receiptNumber(page).innerText();
    const saving = page.waitForEvent('download');
    await page.getByRole('link', { name: t.receipt.save }).click();
    const saved = await saving;
    expect(saved.suggestedFilename()).toBe(`${number}.txt`);
    expect(await readFile(await saved.path(), 'utf8')).toContain(number);
});

test('dialog can be submitted by keyboard', { tag: '@script' }, async ({ page, app, scriptEnabled }) => {
    await signIn(page, app);
    await islandsReady(page);
    await page.getByRole('link', { name: t.profile.disconnect, exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowDown');
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByRole('radio', { name: t.leave.keep })).toBeChecked();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expectReceipt(page, app, t.receipt.disconnected);
});

test('disconnect link opens the page in a new tab', async ({ page, context, app, scriptEnabled }) => {
    await signIn(page, app);
    if (scriptEnabled) await islandsReady(page);
    const opened = context.waitForEvent('page');
    await page.getByRole('link', { name: t.profile.disconnect, exact: true }).click({ modifiers: ['ControlOrMeta'] });
    const tab = await opened;
    await expect(tab.getByRole('heading', { level: 1 })).toHaveText(t.leave.title);
    await expect(page.getByRole('dialog')).toBeHidden();
});

test('disconnect page links back to the profile', async ({ page, app }) => {
    await signIn(page, app);
    await page.goto('/disconnect');
    await page.getByRole('link', { name: t.leave.cancel }).click();
    await expectProfile(page, app);
    await expect(panel(page, t.profile.connection)).toContainText(t.profile.connected);
});

test('delete everything ends every session', { tag: '@smoke' }, async ({ page, app, newContext, scriptEnabled }) => {
    const otherBrowser = await (await newContext()).newPage();
    await signIn(page, app);
    await signIn(otherBrowser, app);
    if (scriptEnabled) await islandsReady(page);
    const place = await startDisconnect(page, scriptEnabled);
    if (scriptEnabled) await place.getByRole('link', { name: t.leave.deleteAll }).click();
    await page.locator('summary').filter({ hasText: t.leave.deleteAsk }).click();
    await page.getByRole('button', { name: t.leave.deleteSubmit, exact: true }).click();
    await expectReceipt(page, app, t.receipt.deleted);
    await expect(page.getByRole('link', { name: t.login.toProfile })).toHaveCount(0);
    for (const browser of [page, otherBrowser]) {
        await browser.goto(`${app.origin}/profile`);
        await expectSignedOut(browser, app);
        await expect(browser.getByRole('heading', { level: 1 })).toHaveText(t.login.title);
    }
    expect((await app.state()).authorised).toEqual([]);
});

test('disconnect succeeds while TikTok is unavailable', async ({ page, app, scriptEnabled }) => {
    await signIn(page, app);
    await app.injectFault('revoke', { status: 503 });
    if (scriptEnabled) await islandsReady(page);
    const place = await startDisconnect(page, scriptEnabled);
    await place.getByRole('button', { name: t.leave.submit, exact: true }).click();
    await expectReceipt(page, app, t.receipt.disconnected);
    await expect(page.getByRole('main')).toContainText(t.receipt.unconfirmed);
});

test('receipt links to a new login', async ({ page, app }) => {
    await signIn(page, app);
    await page.goto('/disconnect');
    await page.getByRole('button', { name: t.leave.submit, exact: true }).click();
    await expectReceipt(page, app, t.receipt.disconnected);
    await page.getByRole('link', { name: t.login.proceed }).click();
    await submitConsent(page);
    await expectProfile(page, app);
    await expect(panel(page, t.profile.connection)).toContainText(t.profile.connected);
    await page.goto('/disconnected');
    await expect(page).toHaveURL(`${app.origin}/`);
});

test('disconnect button shows pending and submits once', { tag: '@script' }, async ({ page, app, scriptEnabled }) => {
    await signIn(page, app);
    await app.injectFault('revoke', { delay_ms: 1500 });
    await islandsReady(page);
    const place = await startDisconnect(page, scriptEnabled);
    const button = place.getByRole('button', { name: t.leave.submit, exact: true });
    // In one call, because the response replaces the page.
    const pressedTwice = await button.evaluate(async (pressed: HTMLButtonElement) => {
        pressed.click();
        await new Promise((resolve) => setTimeout(resolve, 100));
        const pending = [pressed.ariaBusy, pressed.ariaDisabled, pressed.textContent];
        pressed.click();
        return pending;
    });
    expect(pressedTwice).toEqual(['true', 'true', t.leave.pending]);
    await expectReceipt(page, app, t.receipt.disconnected);
    const { calls } = await app.state();
    expect(calls.revoke).toBe(1);
});

test('disconnect pages fit the smallest phone', async ({ page, app }) => {
    await page.setViewportSize({ width: 320, height: 568 });
    await signIn(page, app);
    await page.goto('/disconnect');
    const expectFits = async () => {
        await expectNoOverflow(page);
        await expect(page).toHaveTitle(/^\S.* · \S/);
        await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
    };
    await expectFits();
    await page.getByRole('button', { name: t.leave.submit, exact: true }).click();
    await expectReceipt(page, app, t.receipt.disconnected);
    await expectFits();
    await page.goto('/profile');
    await expectFits();
    await page.goto('/disconnect');
    await expectFits();
});

test.describe('French browser', () => {
    test.use({ locale: 'fr-FR' });

    test('disconnects in French', async ({ page, app, scriptEnabled }) => {
        const { fr } = texts;
        await signIn(page, app);
        if (scriptEnabled) await islandsReady(page);
        const place = await startDisconnect(page, scriptEnabled, 'fr');
        await place.getByRole('button', { name: fr.leave.submit, exact: true }).click();
        await expectReceipt(page, app, fr.receipt.disconnected);
        await expect(page.getByRole('main')).toContainText(fr.receipt.confirmed);
    });
});
