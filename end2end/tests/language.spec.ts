// English and French: by the browser's preference, or by choice.

import { connect, detail, signIn } from '../flows.ts';
import { expect, test } from '../test.ts';
import { texts } from '../texts.ts';

const { en, fr } = texts;

test.describe('French browser', () => {
    test.use({ locale: 'fr-FR' });

    test('gets French pages from login to profile', async ({ page, app }) => {
        await connect(page, app, {}, 'fr');
        await expect(page.locator('html')).toHaveAttribute('lang', 'fr');
        await expect(page).toHaveTitle(new RegExp(`^${fr.profile.title}`));
        await expect(detail(page, fr.profile.comments)).toHaveText(fr.profile.allowed);
        await expect(page.getByRole('button', { name: fr.profile.logOut })).toBeVisible();
    });

    test('can switch to English', async ({ page }) => {
        await page.goto('/');
        await page.getByRole('button', { name: en.language }).click();
        await expect(page.getByRole('heading', { level: 1 })).toHaveText(en.login.title);
    });
});

test('chosen language is remembered', async ({ page, context }) => {
    await page.goto('/privacy');
    await page.getByRole('button', { name: fr.language }).click();
    await expect(page).toHaveURL(/\/privacy$/);
    await expect(page.getByRole('heading', { level: 1 })).not.toHaveText(en.privacy);
    const otherTab = await context.newPage();
    await otherTab.goto('/');
    await expect(otherTab.locator('html')).toHaveAttribute('lang', 'fr');
    await expect(otherTab.getByRole('heading', { level: 1 })).toHaveText(fr.login.title);
});

test('language change stays on the profile', async ({ page, app }) => {
    await signIn(page, app);
    await page.getByRole('button', { name: fr.language }).click();
    await expect(page).toHaveURL(`${app.origin}/profile`);
    await expect(page.getByRole('button', { name: fr.profile.logOut })).toBeVisible();
});
