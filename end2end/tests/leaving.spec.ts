// A creator leaves: by the dialog where scripts run, by the page where they do not.

import type { Page } from '@playwright/test';
import type { App } from '../app.mjs';
import { atProfile, awake, connect, decide, expectNoOverflow, fact, panel } from '../flows.ts';
import { expect, test } from '../test.ts';
import { texts, type Language } from '../texts.ts';

const t = texts.en;

/** Presses "Disconnect" on the profile: a dialog opens, or the page of the same name. */
async function beginToLeave(page: Page, scripted: boolean, language: Language = 'en') {
    const { profile, leave } = texts[language];
    await page.getByRole('link', { name: profile.disconnect, exact: true }).click();
    const place = scripted ? page.getByRole('dialog', { name: leave.title }) : page.getByRole('main');
    await expect(place.getByRole('heading', { name: leave.title })).toBeVisible();
    return place;
}

async function atReceipt(page: Page, app: App, title: string) {
    await expect(page).toHaveURL(`${app.origin}/disconnected`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(title);
}

/** The number on the receipt. */
function receiptNumber(page: Page) {
    return fact(page, t.receipt.number);
}

test('a creator disconnects and has it in writing', async ({ page, app, scripted }) => {
    await connect(page, app);
    if (scripted) await awake(page);
    const place = await beginToLeave(page, scripted);
    await place.getByRole('button', { name: t.leave.submit, exact: true }).click();
    await atReceipt(page, app, t.receipt.disconnected);
    await expect(page.getByRole('main')).toContainText(t.receipt.told);
    await expect(receiptNumber(page)).toHaveText(/^\d{4}-\d{4}-\d{4}$/);
    expect((await app.state()).authorised).toEqual([]);
    await page.goto('/profile');
    await expect(panel(page, t.profile.connection)).toContainText(t.profile.disconnected);
    await expect(page.locator('.handle')).toHaveCount(0);
    await expect(page.getByRole('link', { name: t.profile.disconnect, exact: true })).toHaveCount(0);
});

test('who keeps their profile finds it again', async ({ page, app, scripted }) => {
    await connect(page, app);
    const handle = await page.locator('.handle').innerText();
    if (scripted) await awake(page);
    const place = await beginToLeave(page, scripted);
    await place.getByRole('radio', { name: t.leave.keep }).check();
    await place.getByRole('button', { name: t.leave.submit, exact: true }).click();
    await atReceipt(page, app, t.receipt.disconnected);
    await page.getByRole('link', { name: t.login.toProfile }).click();
    await expect(page.locator('.handle')).toHaveText(handle);
    await expect(panel(page, t.profile.posting)).toContainText(t.profile.postingPast);
    await page.getByRole('link', { name: t.profile.deleteData }).click();
    await page.getByRole('button', { name: t.leave.eraseKept }).click();
    await atReceipt(page, app, t.receipt.erased);
});

test('the dialog keeps the focus, closes with Escape and gives it back', { tag: '@script' }, async ({ page, app, scripted }) => {
    await connect(page, app);
    await awake(page);
    const dialog = await beginToLeave(page, scripted);
    await expect(dialog.getByRole('heading', { name: t.leave.title })).toBeFocused();
    await expect(dialog.getByRole('radio', { name: t.leave.erase })).toBeChecked();
    await expect(dialog).toHaveAccessibleDescription(/The connection ends at once/);
    const inside = () => page.evaluate(() => {
        const active = document.activeElement;
        return active === document.body || document.querySelector('dialog')?.contains(active);
    });
    for (let press = 0; press < 8; press++) {
        await page.keyboard.press('Tab');
        expect(await inside(), 'the focus stays in the dialog, or goes to the browser').toBe(true);
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

test('the dialog is worked by the keyboard alone', { tag: '@script' }, async ({ page, app, scripted }) => {
    await connect(page, app);
    await awake(page);
    await page.getByRole('link', { name: t.profile.disconnect, exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowDown');
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByRole('radio', { name: t.leave.keep })).toBeChecked();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await atReceipt(page, app, t.receipt.disconnected);
});

test('a link to the page is a link: it opens in a tab of its own', async ({ page, context, app, scripted }) => {
    await connect(page, app);
    if (scripted) await awake(page);
    const opened = context.waitForEvent('page');
    await page.getByRole('link', { name: t.profile.disconnect, exact: true }).click({ modifiers: ['ControlOrMeta'] });
    const tab = await opened;
    await expect(tab.getByRole('heading', { level: 1 })).toHaveText(t.leave.title);
    await expect(page.getByRole('dialog')).toBeHidden();
});

test('who thinks again goes back to their profile', async ({ page, app }) => {
    await connect(page, app);
    await page.goto('/disconnect');
    await page.getByRole('link', { name: t.leave.back }).click();
    await atProfile(page, app);
    await expect(panel(page, t.profile.connection)).toContainText(t.profile.connected);
});

test('deleting everything signs out in every browser', async ({ page, app, another, scripted }) => {
    const elsewhere = await (await another()).newPage();
    await connect(page, app);
    await connect(elsewhere, app);
    if (scripted) await awake(page);
    const place = await beginToLeave(page, scripted);
    if (scripted) await place.getByRole('link', { name: t.leave.deleteAll }).click();
    await page.getByRole('button', { name: t.leave.deleteSubmit, exact: true }).click();
    await atReceipt(page, app, t.receipt.deleted);
    await expect(page.getByRole('link', { name: t.login.toProfile })).toHaveCount(0);
    for (const browser of [page, elsewhere]) {
        await browser.goto('/profile');
        await expect(browser).toHaveURL(`${app.origin}/`);
        await expect(browser.getByRole('heading', { level: 1 })).toHaveText(t.login.title);
    }
    expect((await app.state()).authorised).toEqual([]);
});

test('a TikTok that is down is no reason to stay', async ({ page, app, scripted }) => {
    await connect(page, app);
    await app.order('revoke', { status: 503 });
    if (scripted) await awake(page);
    const place = await beginToLeave(page, scripted);
    await place.getByRole('button', { name: t.leave.submit, exact: true }).click();
    await atReceipt(page, app, t.receipt.disconnected);
    await expect(page.getByRole('main')).toContainText(t.receipt.waits);
});

test('the receipt leads back in', async ({ page, app }) => {
    await connect(page, app);
    await page.goto('/disconnect');
    await page.getByRole('button', { name: t.leave.submit, exact: true }).click();
    await atReceipt(page, app, t.receipt.disconnected);
    await page.getByRole('link', { name: t.login.proceed }).click();
    await decide(page);
    await atProfile(page, app);
    await expect(panel(page, t.profile.connection)).toContainText(t.profile.connected);
    await page.goto('/disconnected');
    await expect(page).toHaveURL(`${app.origin}/`);
});

test('a button that was pressed says so and sends once', { tag: '@script' }, async ({ page, app, scripted }) => {
    await connect(page, app);
    await app.order('revoke', { delay_ms: 1500 });
    await awake(page);
    const place = await beginToLeave(page, scripted);
    const button = place.getByRole('button', { name: t.leave.submit, exact: true });
    // In one go, because the page goes away with the answer.
    const pressedTwice = await button.evaluate(async (pressed: HTMLButtonElement) => {
        pressed.click();
        await new Promise((resolve) => setTimeout(resolve, 100));
        const looks = [pressed.ariaBusy, pressed.ariaDisabled, pressed.textContent];
        pressed.click();
        return looks;
    });
    expect(pressedTwice).toEqual(['true', 'true', t.leave.pending]);
    await atReceipt(page, app, t.receipt.disconnected);
    const { calls } = await app.state();
    expect(calls.revoke).toBe(1);
});

test('leaving fits the smallest phone, with a title and a way past the header', async ({ page, app }) => {
    await page.setViewportSize({ width: 320, height: 568 });
    await connect(page, app);
    await page.goto('/disconnect');
    const look = async () => {
        await expectNoOverflow(page);
        await expect(page).toHaveTitle(/^\S.* · \S/);
        await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
    };
    await look();
    await page.getByRole('button', { name: t.leave.submit, exact: true }).click();
    await atReceipt(page, app, t.receipt.disconnected);
    await look();
    await page.goto('/profile');
    await look();
    await page.goto('/disconnect');
    await look();
});

test.describe('a French browser', () => {
    test.use({ locale: 'fr-FR' });

    test('leaves in French', async ({ page, app, scripted }) => {
        const { fr } = texts;
        await connect(page, app, {}, 'fr');
        if (scripted) await awake(page);
        const place = await beginToLeave(page, scripted, 'fr');
        await place.getByRole('button', { name: fr.leave.submit, exact: true }).click();
        await atReceipt(page, app, fr.receipt.disconnected);
        await expect(page.getByRole('main')).toContainText(fr.receipt.told);
    });
});
