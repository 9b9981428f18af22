// Light, dark or the system's theme: in the first response, with JavaScript and without.

import type { Page } from '@playwright/test';
import { expectProfile, signIn } from '../flows.ts';
import { expect, test } from '../test.ts';
import { texts } from '../texts.ts';

const t = texts.en;
const background = { light: 'rgb(246, 244, 239)', dark: 'rgb(20, 24, 26)' };

async function expectBackground(page: Page, theme: 'light' | 'dark') {
    await expect(page.locator('body')).toHaveCSS('background-color', background[theme]);
}

async function choose(page: Page, theme: 'system' | 'light' | 'dark') {
    await page.getByRole('group', { name: t.theme.name }).getByRole('button', { name: t.theme[theme] }).click();
}

test('pages follow the system theme by default', async ({ page }) => {
    for (const colorScheme of ['light', 'dark', 'light'] as const) {
        await page.emulateMedia({ colorScheme });
        await page.goto('/');
        await expectBackground(page, colorScheme);
    }
});

test('chosen theme overrides the system on every page', async ({ page, app, context }) => {
    await page.emulateMedia({ colorScheme: 'light' });
    await page.goto('/terms');
    await choose(page, 'dark');
    await expect(page).toHaveURL(`${app.origin}/terms#theme`);
    await expect(page.getByRole('group', { name: t.theme.name })).toBeInViewport();
    await expectBackground(page, 'dark');
    await signIn(page, app);
    await expectBackground(page, 'dark');
    const otherTab = await context.newPage();
    await otherTab.emulateMedia({ colorScheme: 'light' });
    await otherTab.goto('/');
    await expectBackground(otherTab, 'dark');
    await choose(otherTab, 'light');
    await otherTab.emulateMedia({ colorScheme: 'dark' });
    await expectBackground(otherTab, 'light');
    await choose(otherTab, 'system');
    await expectBackground(otherTab, 'dark');
});

test('chosen theme is in the HTML document', async ({ page }) => {
    await page.goto('/');
    await choose(page, 'dark');
    await expect(page).toHaveURL(/#theme$/);
    const response = await page.reload();
    expect(await response?.text()).toMatch(/<html[^>]* data-theme="dark"/);
    await expect(page.locator('meta[name="color-scheme"]')).toHaveAttribute('content', 'dark');
    await expect(page.locator('meta[name="theme-color"]')).toHaveCount(1);
    await expect(page.getByRole('button', { name: t.theme.dark })).toHaveAttribute('aria-current', 'true');
});

test('theme change stays on the profile', async ({ page, app }) => {
    await signIn(page, app);
    await choose(page, 'dark');
    await expectProfile(page, app);
    await expectBackground(page, 'dark');
});
