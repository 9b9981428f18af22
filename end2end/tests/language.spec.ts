// Every page in English and French: as the browser asks, or as the person chooses.

import { connect, fact } from '../flows.ts';
import { expect, test } from '../test.ts';
import { texts } from '../texts.ts';

const { en, fr } = texts;

test.describe('a French browser', () => {
    test.use({ locale: 'fr-FR' });

    test('is answered in French from the login to the profile', async ({ page, app }) => {
        await connect(page, app, {}, 'fr');
        await expect(page.locator('html')).toHaveAttribute('lang', 'fr');
        await expect(page).toHaveTitle(new RegExp(`^${fr.profile.title}`));
        await expect(fact(page, fr.profile.comments)).toHaveText(fr.profile.allowed);
        await expect(page.getByRole('button', { name: fr.profile.logOut })).toBeVisible();
    });

    test('may be told to speak English', async ({ page }) => {
        await page.goto('/');
        await page.getByRole('button', { name: en.language }).click();
        await expect(page.getByRole('heading', { level: 1 })).toHaveText(en.login.title);
    });
});

test('the language is chosen by a button and remembered', async ({ page, context }) => {
    await page.goto('/privacy');
    await page.getByRole('button', { name: fr.language }).click();
    await expect(page).toHaveURL(/\/privacy$/);
    await expect(page.getByRole('heading', { level: 1 })).not.toHaveText(en.privacy);
    const later = await context.newPage();
    await later.goto('/');
    await expect(later.locator('html')).toHaveAttribute('lang', 'fr');
    await expect(later.getByRole('heading', { level: 1 })).toHaveText(fr.login.title);
});

test('a profile changes its language and stays', async ({ page, app }) => {
    await connect(page, app);
    await page.getByRole('button', { name: fr.language }).click();
    await expect(page).toHaveURL(`${app.origin}/profile`);
    await expect(page.getByRole('button', { name: fr.profile.logOut })).toBeVisible();
});
