// Sessions: one browser each, and several logins on their way.

import { readFile } from 'node:fs/promises';
import { atProfile, atTikTok, connect, decide, goToTikTok } from '../flows.ts';
import { expect, test } from '../test.ts';
import { texts } from '../texts.ts';

const t = texts.en;

test('two tabs may log in at once', async ({ page, context, app }) => {
    const second = await context.newPage();
    await goToTikTok(page, app);
    await goToTikTok(second, app);
    await decide(page);
    await atProfile(page, app);
    await decide(second);
    await atProfile(second, app);
});

test('logging out ends this session and no other', async ({ page, app, another }) => {
    const elsewhere = await (await another()).newPage();
    await connect(page, app);
    await connect(elsewhere, app);
    await page.getByRole('button', { name: t.profile.logOut }).click();
    await expect(page.getByText(t.login.loggedOut)).toBeVisible();
    await expect(page.getByRole('link', { name: t.login.proceed })).toBeVisible();
    await page.goto('/profile');
    await expect(page).toHaveURL(`${app.origin}/`);
    await expect(page.getByText(t.login.loggedOut)).toBeHidden();
    await elsewhere.reload();
    await atProfile(elsewhere, app);
    await expect(elsewhere.getByRole('button', { name: t.profile.logOut })).toBeVisible();
});

test('after logging out, going back shows no profile', async ({ page, app }) => {
    await connect(page, app);
    const name = await page.getByRole('heading', { level: 1 }).innerText();
    await page.getByRole('button', { name: t.profile.logOut }).click();
    await expect(page.getByText(t.login.loggedOut)).toBeVisible();
    await page.goBack();
    await expect(page.getByRole('link', { name: t.login.proceed })).toBeVisible();
    await expect(page.getByText(name, { exact: true })).toHaveCount(0);
});

test('a signed-in creator finds the way to the profile', async ({ page, app }) => {
    await connect(page, app);
    await page.goto('/');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(t.login.connected);
    await page.getByRole('link', { name: t.login.toProfile }).click();
    await atProfile(page, app);
});

test('a creator switches to another account', async ({ page, app }) => {
    await connect(page, app);
    const first = await page.locator('.handle').innerText();
    await page.getByRole('link', { name: t.profile.switchAccount }).click();
    await atTikTok(page, app);
    await decide(page, { creator: 'private' });
    await atProfile(page, app);
    await expect(page.locator('.handle')).not.toHaveText(first);
});

test('who cancels a switch is still signed in, and is led back', async ({ page, app, watch }) => {
    watch.expectStatus(403);
    await connect(page, app);
    const first = await page.locator('.handle').innerText();
    await page.getByRole('link', { name: t.profile.switchAccount }).click();
    await atTikTok(page, app);
    await decide(page, { creator: 'private', decision: 'deny' });
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(t.failure.cancelled);
    await expect(page.getByText(t.failure.stillSignedIn)).toBeVisible();
    await page.getByRole('link', { name: t.login.toProfile }).click();
    await atProfile(page, app);
    await expect(page.locator('.handle')).toHaveText(first);
});

test('a creator takes their data along, and no token is in it', async ({ page, app }) => {
    await connect(page, app);
    const handle = await page.locator('.handle').innerText();
    const coming = page.waitForEvent('download');
    await page.getByRole('link', { name: t.profile.download }).click();
    const download = await coming;
    expect(download.suggestedFilename()).toMatch(/\.json$/);
    const content = await readFile(await download.path(), 'utf8');
    expect(JSON.parse(content)).toMatchObject({ tiktok: { username: handle.slice(1) } });
    expect(content).not.toMatch(/act\.|rft\./);
});

test('the session cookie is out of the reach of scripts and other sites', async ({ page, context, app }) => {
    await connect(page, app);
    const cookie = (await context.cookies()).find(({ name }) => name === '__Host-session');
    expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Lax', path: '/' });
});
