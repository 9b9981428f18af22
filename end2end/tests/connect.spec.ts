// A creator connects, and the profile shows the data of their account.

import { connect, detail, expectNoOverflow, expectProfile, expectSignedOut, openConsentPage, openSections, panel, signIn, submitConsent } from '../flows.ts';
import { expect, test } from '../test.ts';
import { texts } from '../texts.ts';

const t = texts.en;

test('connected creator sees the profile', { tag: '@smoke' }, async ({ page, app }) => {
    await connect(page, app);
    await expect(page).toHaveTitle(new RegExp(`^${t.profile.title}`));
    await expect(page.getByRole('heading', { level: 1 })).not.toBeEmpty();
    await expect(page.locator('.handle')).toHaveText(/^@\S+$/);
    await expect(page.getByRole('img', { name: t.profile.picture })).toBeVisible();
    await expect(panel(page, t.profile.connection)).toContainText(t.profile.connected);
    await expect(panel(page, t.profile.connection)).toContainText(t.profile.ready);
    await expect(page.locator('#notice')).toContainText(t.connected.title);
    await expect(page.locator('#notice')).toContainText(t.connected.canPost);
    await openSections(page);
    const audience = detail(page, t.profile.audience).getByRole('listitem');
    await expect(audience).toHaveText([t.profile.everyone, t.profile.friends, t.profile.onlyYou]);
    await expect(detail(page, t.profile.comments)).toHaveText(t.profile.allowed);
    await expect(detail(page, t.profile.duets)).toHaveText(t.profile.allowed);
    await expect(detail(page, t.profile.stitches)).toHaveText(t.profile.allowed);
    await expect(detail(page, t.profile.longest)).toHaveText(t.profile.minutes);
    await expect(panel(page, t.profile.permissions)).not.toContainText(t.profile.missing);
    const picture = page.locator('.avatar img');
    await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
});

test('posted callback completes the login', { tag: '@smoke' }, async ({ page, app, scriptEnabled }) => {
    await app.setCallbackMode('post');
    await openConsentPage(page, app);
    await submitConsent(page);
    // A script submits the form.
    if (!scriptEnabled) await page.getByRole('button').click();
    await expectProfile(page, app);
    await expect(page.locator('.handle')).toHaveText(/^@\S+$/);
});

test('denied consent connects nothing', async ({ page, app, monitor }) => {
    monitor.expectStatus(403);
    await openConsentPage(page, app);
    await submitConsent(page, { decision: 'deny' });
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(t.failure.cancelled);
    await page.goto('/profile');
    await expectSignedOut(page, app);
    await expect(page.getByText(t.login.signInFirst)).toBeVisible();
});

test('denied consent can be retried', { tag: '@smoke' }, async ({ page, app, monitor }) => {
    monitor.expectStatus(403);
    await openConsentPage(page, app);
    await submitConsent(page, { decision: 'deny' });
    await page.getByRole('link', { name: t.failure.again }).click();
    await submitConsent(page);
    await expect(page).toHaveURL(`${app.origin}/profile`);
});

test('missing permission can be requested again', async ({ page, app }) => {
    await connect(page, app, { without: ['video.publish'] });
    const permissions = panel(page, t.profile.permissions);
    await expect(permissions).toContainText(t.profile.missing);
    await expect(panel(page, t.profile.posting)).toHaveCount(0);
    const status = panel(page, t.profile.connection);
    await expect(status).toContainText(t.profile.notAllowed);
    await status.getByRole('link', { name: t.profile.askMissing }).click();
    await submitConsent(page);
    await expect(permissions).toContainText(t.profile.publishing);
    await expect(permissions).not.toContainText(t.profile.missing);
    await expect(detail(page, t.profile.comments)).toHaveText(t.profile.allowed);
});

test('private account has no public audience', async ({ page, app }) => {
    await signIn(page, app, { creator: 'private' });
    await openSections(page);
    const audience = detail(page, t.profile.audience);
    await expect(audience).toContainText(t.profile.followers);
    await expect(audience).not.toContainText(t.profile.everyone);
});

test('banned creator sees the posting ban', async ({ page, app }) => {
    await signIn(page, app, { creator: 'banned' });
    await expect(panel(page, t.profile.connection)).toContainText(t.profile.banned);
    await expect(panel(page, t.profile.connection)).toContainText(t.profile.connected);
});

test('creator without a picture has initials', async ({ page, app }) => {
    await signIn(page, app, { creator: 'no-avatar' });
    const picture = page.getByRole('img', { name: t.profile.picture });
    await expect(picture).toHaveText(/^\p{L}{1,2}$/u);
    await expect(picture.locator('img')).toHaveCount(0);
});

test('unavailable picture is replaced by initials', async ({ page, app, monitor }) => {
    monitor.expectStatus(404);
    await app.injectFault('avatar', { status: 403 }, 9);
    await signIn(page, app);
    await expect(page.getByRole('img', { name: t.profile.picture })).toHaveText(/^\p{L}{1,2}$/u);
});

test('name with markup is rendered as text', async ({ page, app }) => {
    await page.setViewportSize({ width: 320, height: 640 });
    await signIn(page, app, { creator: 'hostile' });
    const name = page.getByRole('heading', { level: 1 });
    await expect(name).toContainText('<');
    await expect(name.locator('bdi > *')).toHaveCount(0);
    await expectNoOverflow(page);
    await page.goto('/');
    await expect(page.getByRole('heading', { level: 1 }).locator('bdi > *')).toHaveCount(0);
    await expectNoOverflow(page);
});

test.describe('operator with a page to return to', () => {
    test.use({ settings: { OPERATOR_NAME: 'Studio Épée', RETURN_URL: 'https://studio.example/connected' } });

    test('first connection links back, and a mere sign-in says nothing', async ({ page, app }) => {
        await connect(page, app);
        const back = page.locator('#notice').getByRole('link', { name: 'Back to Studio Épée' });
        await expect(back).toHaveAttribute('href', 'https://studio.example/connected');
        await page.getByRole('button', { name: t.profile.logOut }).click();
        // The consent is stored at TikTok, so no consent page follows.
        await page.getByRole('link', { name: t.login.proceed }).click();
        await expectProfile(page, app);
        await expect(page.locator('#notice')).toHaveCount(0);
    });
});
