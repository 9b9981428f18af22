// A creator connects, and sees what TikTok says about them.

import { atProfile, connect, decide, expectNoOverflow, fact, goToTikTok, panel } from '../flows.ts';
import { expect, test } from '../test.ts';
import { texts } from '../texts.ts';

const t = texts.en;

test('a creator connects and sees their profile', async ({ page, app }) => {
    await connect(page, app);
    await expect(page).toHaveTitle(new RegExp(`^${t.profile.title}`));
    await expect(page.getByRole('heading', { level: 1 })).not.toBeEmpty();
    await expect(page.locator('.handle')).toHaveText(/^@\S+$/);
    await expect(page.getByRole('img', { name: t.profile.picture })).toBeVisible();
    await expect(panel(page, t.profile.connection)).toContainText(t.profile.connected);
    const audience = fact(page, t.profile.audience).getByRole('listitem');
    await expect(audience).toHaveText([t.profile.everyone, t.profile.friends, t.profile.onlyYou]);
    await expect(fact(page, t.profile.comments)).toHaveText(t.profile.allowed);
    await expect(fact(page, t.profile.duets)).toHaveText(t.profile.allowed);
    await expect(fact(page, t.profile.stitches)).toHaveText(t.profile.allowed);
    await expect(fact(page, t.profile.longest)).toHaveText(t.profile.minutes);
    await expect(panel(page, t.profile.permissions)).not.toContainText(t.profile.missing);
    const picture = page.locator('.avatar img');
    await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
});

test('TikTok may come back by a posted form', async ({ page, app, scripted }) => {
    await app.answerBy('post');
    await goToTikTok(page, app);
    await decide(page);
    // The form sends itself where scripts run.
    if (!scripted) await page.getByRole('button').click();
    await atProfile(page, app);
    await expect(page.locator('.handle')).toHaveText(/^@\S+$/);
});

test('who says no has connected nothing', async ({ page, app, watch }) => {
    watch.expectStatus(403);
    await goToTikTok(page, app);
    await decide(page, { decision: 'deny' });
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(t.failure.cancelled);
    await page.goto('/profile');
    await expect(page).toHaveURL(`${app.origin}/`);
});

test('who changes their mind tries again', async ({ page, app, watch }) => {
    watch.expectStatus(403);
    await goToTikTok(page, app);
    await decide(page, { decision: 'deny' });
    await page.getByRole('link', { name: t.failure.again }).click();
    await decide(page);
    await expect(page).toHaveURL(`${app.origin}/profile`);
});

test('a permission that was refused can be asked for again', async ({ page, app }) => {
    await connect(page, app, { without: ['video.publish'] });
    const permissions = panel(page, t.profile.permissions);
    await expect(permissions).toContainText(t.profile.missing);
    await expect(panel(page, t.profile.posting)).toContainText(t.profile.postingUnknown);
    await permissions.getByRole('link', { name: t.profile.askMissing }).click();
    await decide(page);
    await expect(permissions).toContainText(t.profile.publishing);
    await expect(permissions).not.toContainText(t.profile.missing);
    await expect(fact(page, t.profile.comments)).toHaveText(t.profile.allowed);
});

test('a private account offers no public posts', async ({ page, app }) => {
    await connect(page, app, { creator: 'private' });
    const audience = fact(page, t.profile.audience);
    await expect(audience).toContainText(t.profile.followers);
    await expect(audience).not.toContainText(t.profile.everyone);
});

test('a creator who may not post is told so', async ({ page, app }) => {
    await connect(page, app, { creator: 'banned' });
    await expect(page.getByRole('heading', { name: t.profile.banned })).toBeVisible();
    await expect(panel(page, t.profile.connection)).toContainText(t.profile.connected);
});

test('a creator without a picture has initials', async ({ page, app }) => {
    await connect(page, app, { creator: 'no-avatar' });
    const picture = page.getByRole('img', { name: t.profile.picture });
    await expect(picture).toHaveText(/^\p{L}{1,2}$/u);
    await expect(picture.locator('img')).toHaveCount(0);
});

test('a picture that cannot be fetched leaves the initials', async ({ page, app, watch }) => {
    watch.expectStatus(404);
    await app.order('avatar', { status: 403 }, 9);
    await connect(page, app);
    await expect(page.getByRole('img', { name: t.profile.picture })).toHaveText(/^\p{L}{1,2}$/u);
});

test('a hostile name is only text', async ({ page, app }) => {
    await page.setViewportSize({ width: 320, height: 640 });
    await connect(page, app, { creator: 'hostile' });
    const name = page.getByRole('heading', { level: 1 });
    await expect(name).toContainText('<');
    await expect(name.locator('bdi > *')).toHaveCount(0);
    await expectNoOverflow(page);
    await page.goto('/');
    await expect(page.getByRole('heading', { level: 1 }).locator('bdi > *')).toHaveCount(0);
    await expectNoOverflow(page);
});
