// Webhook events change the creator's profile.

import { expectEventDelivered, expectProfile, expectProfileEventually, openManageApps, panel, signIn, submitConsent } from '../flows.ts';
import { expect, test } from '../test.ts';
import { texts } from '../texts.ts';

const t = texts.en;

test('removed authorization ends the connection', { tag: '@smoke' }, async ({ page, app }) => {
    await signIn(page, app);
    await expect(panel(page, t.profile.connection)).toContainText(t.profile.connected);
    await page.goto(`${app.origin}/oauth?switch=1`);
    await page.getByRole('link', { name: 'Manage apps' }).click();
    await page.getByRole('button', { name: 'Remove access' }).click();
    await expectEventDelivered(page, 'authorization.removed');
    await expectProfileEventually(page, app, async () => {
        const options = { timeout: 500 };
        await expect(panel(page, t.profile.connection)).toContainText(t.profile.disconnected, options);
        await expect(panel(page, t.activity.title)).toContainText(t.activity.removed, options);
    });
    await expect(page.getByRole('link', { name: t.profile.disconnect, exact: true })).toHaveCount(0);
    await page.getByRole('link', { name: t.activity.reconnect, exact: true }).first().click();
    await submitConsent(page);
    await expectProfile(page, app);
    await expect(panel(page, t.profile.connection)).toContainText(t.profile.connected);
});

test('post event shows the full post id', async ({ page, app }) => {
    await signIn(page, app);
    await openManageApps(page, app);
    await page.getByText('Send another event').click();
    await page.getByRole('button', { name: 'Send post.publish.publicly_available' }).click();
    await expectEventDelivered(page, 'post.publish.publicly_available');
    await expectProfileEventually(page, app, async () => {
        await expect(panel(page, t.activity.title)).toContainText('7000000000000000001', { timeout: 500 });
    });
    await expect(panel(page, t.profile.connection)).toContainText(t.profile.connected);
});
