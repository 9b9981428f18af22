// "Refresh now": the connection is renewed while the creator looks.

import type { Page } from '@playwright/test';
import { connect, panel } from '../flows.ts';
import { expect, test } from '../test.ts';
import { texts } from '../texts.ts';

const t = texts.en;

/** Lets enough time pass that the connection is worth renewing, and presses the button. */
async function refresh(page: Page) {
    await page.getByRole('button', { name: t.profile.refresh }).click();
    await expect(page).toHaveURL(/\/profile#told$/);
    const notice = page.getByRole('status').filter({ has: page.locator('svg') });
    await expect(notice).toBeFocused();
    return notice;
}

test('what was renewed a moment ago is not renewed again', async ({ page, app }) => {
    await connect(page, app);
    await expect(await refresh(page)).toHaveText(t.profile.renewed);
    expect((await app.calls()).filter(({ endpoint }) => endpoint === 'refresh')).toHaveLength(0);
    await page.reload();
    await expect(page.locator('#told')).toHaveCount(0);
});

test('a button that was pressed is as it was after coming back', async ({ page, app }) => {
    await connect(page, app);
    await refresh(page);
    await page.goto('/privacy');
    await page.goBack();
    const button = page.getByRole('button', { name: t.profile.refresh });
    await expect(button).toBeVisible();
    await expect(button).not.toHaveAttribute('aria-disabled', 'true');
    await expect(panel(page, t.profile.connection)).toContainText(t.profile.connected);
});
