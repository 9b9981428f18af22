// TikTok tells of a creator: what they see of it at their next look at the profile.

import { atProfile, connect, decide, manageApps, panel, profileComesToSay, taken } from '../flows.ts';
import { expect, test } from '../test.ts';
import { texts } from '../texts.ts';

const t = texts.en;

test('who removes the app at TikTok finds their profile changed', async ({ page, app }) => {
    await connect(page, app);
    await expect(panel(page, t.profile.connection)).toContainText(t.profile.connected);
    await page.goto(`${app.origin}/oauth?switch=1`);
    await page.getByRole('link', { name: 'Manage apps' }).click();
    await page.getByRole('button', { name: 'Remove access' }).click();
    await taken(page, 'authorization.removed');
    await profileComesToSay(page, app, async () => {
        const quickly = { timeout: 500 };
        await expect(panel(page, t.profile.connection)).toContainText(t.profile.disconnected, quickly);
        await expect(panel(page, t.activity.title)).toContainText(t.activity.removed, quickly);
    });
    await expect(page.getByRole('link', { name: t.profile.disconnect, exact: true })).toHaveCount(0);
    await page.getByRole('link', { name: t.activity.reconnect, exact: true }).first().click();
    await decide(page);
    await atProfile(page, app);
    await expect(panel(page, t.profile.connection)).toContainText(t.profile.connected);
});

test('what TikTok tells of a post is listed with every digit of its number', async ({ page, app }) => {
    await connect(page, app);
    await manageApps(page, app);
    await page.getByText('Send another event').click();
    await page.getByRole('button', { name: 'Send post.publish.publicly_available' }).click();
    await taken(page, 'post.publish.publicly_available');
    await profileComesToSay(page, app, async () => {
        await expect(panel(page, t.activity.title)).toContainText('7000000000000000001', { timeout: 500 });
    });
    await expect(panel(page, t.profile.connection)).toContainText(t.profile.connected);
});
