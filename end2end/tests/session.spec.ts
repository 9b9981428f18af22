// Sessions: one for each browser, and concurrent logins.

import { readFile } from 'node:fs/promises';
import { expectConsentPage, expectProfile, expectSignedOut, openConsentPage, openSections, signIn, submitConsent } from '../flows.ts';
import { expect, test } from '../test.ts';
import { texts } from '../texts.ts';

const t = texts.en;

test('two tabs can log in at once', async ({ page, context, app }) => {
    const second = await context.newPage();
    await openConsentPage(page, app);
    await openConsentPage(second, app);
    await submitConsent(page);
    await expectProfile(page, app);
    await submitConsent(second);
    await expectProfile(second, app);
});

test('logout ends this session alone', { tag: '@smoke' }, async ({ page, app, newContext }) => {
    const otherBrowser = await (await newContext()).newPage();
    await signIn(page, app);
    await signIn(otherBrowser, app);
    await page.getByRole('button', { name: t.profile.logOut }).click();
    await expect(page.getByText(t.login.loggedOut)).toBeVisible();
    await expect(page.getByRole('link', { name: t.login.proceed })).toBeVisible();
    await page.goto('/profile');
    await expectSignedOut(page, app);
    await expect(page.getByText(t.login.loggedOut)).toBeHidden();
    await otherBrowser.reload();
    await expectProfile(otherBrowser, app);
    await expect(otherBrowser.getByRole('button', { name: t.profile.logOut })).toBeVisible();
});

test('going back after logout shows no profile', async ({ page, app }) => {
    await signIn(page, app);
    const name = await page.getByRole('heading', { level: 1 }).innerText();
    await page.getByRole('button', { name: t.profile.logOut }).click();
    await expect(page.getByText(t.login.loggedOut)).toBeVisible();
    await page.goBack();
    await expect(page.getByRole('link', { name: t.login.proceed })).toBeVisible();
    await expect(page.getByText(name, { exact: true })).toHaveCount(0);
});

test('login page of a signed-in creator links to the profile', async ({ page, app }) => {
    await signIn(page, app);
    await page.goto('/');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(t.login.connected);
    await page.getByRole('link', { name: t.login.toProfile }).click();
    await expectProfile(page, app);
});

test('creator can switch accounts', async ({ page, app }) => {
    await signIn(page, app);
    const first = await page.locator('.handle').innerText();
    await page.getByRole('link', { name: t.profile.switchAccount }).click();
    await expectConsentPage(page, app);
    await submitConsent(page, { creator: 'private' });
    await expectProfile(page, app);
    await expect(page.locator('.handle')).not.toHaveText(first);
});

test('cancelled switch keeps the session', async ({ page, app, monitor }) => {
    monitor.expectStatus(403);
    await signIn(page, app);
    const first = await page.locator('.handle').innerText();
    await page.getByRole('link', { name: t.profile.switchAccount }).click();
    await expectConsentPage(page, app);
    await submitConsent(page, { creator: 'private', decision: 'deny' });
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(t.failure.cancelled);
    await expect(page.getByText(t.failure.stillSignedIn)).toBeVisible();
    await page.getByRole('link', { name: t.login.toProfile }).click();
    await expectProfile(page, app);
    await expect(page.locator('.handle')).toHaveText(first);
});

test('exported data contain no token', { tag: '@smoke' }, async ({ page, app }) => {
    await signIn(page, app);
    const handle = await page.locator('.handle').innerText();
    await openSections(page);
    const downloading = page.waitForEvent('download');
    await page.getByRole('link', { name: t.profile.download }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toMatch(new RegExp(`^creator-connect-${handle.slice(1)}-.*\\.json$`));
    const content = await readFile(await download.path(), 'utf8');
    expect(JSON.parse(content)).toMatchObject({ about: { format: 'creator-connect-export/1' }, account: { username: handle.slice(1) } });
    expect(content).not.toMatch(/act\.|rft\./);
});

test('session cookie is HttpOnly, Secure and SameSite=Lax', async ({ page, context, app }) => {
    await signIn(page, app);
    const cookie = (await context.cookies()).find(({ name }) => name === '__Host-session');
    expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Lax', path: '/' });
});
