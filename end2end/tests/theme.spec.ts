// Light, dark, or as the system has it: from the first byte, with scripts and without.

import type { Page } from '@playwright/test';
import { atProfile, connect } from '../flows.ts';
import { expect, test } from '../test.ts';
import { texts } from '../texts.ts';

const t = texts.en;
const ground = { light: 'rgb(246, 244, 239)', dark: 'rgb(20, 24, 26)' };

async function expectGround(page: Page, theme: 'light' | 'dark') {
    await expect(page.locator('body')).toHaveCSS('background-color', ground[theme]);
}

async function choose(page: Page, theme: 'system' | 'light' | 'dark') {
    await page.getByRole('group', { name: t.theme.name }).getByRole('button', { name: t.theme[theme] }).click();
}

test('the pages follow the system until somebody chooses', async ({ page }) => {
    for (const colorScheme of ['light', 'dark', 'light'] as const) {
        await page.emulateMedia({ colorScheme });
        await page.goto('/');
        await expectGround(page, colorScheme);
    }
});

test('a choice holds on every page and against the system', async ({ page, app, context }) => {
    await page.emulateMedia({ colorScheme: 'light' });
    await page.goto('/terms');
    await choose(page, 'dark');
    await expect(page).toHaveURL(`${app.origin}/terms#theme`);
    await expect(page.getByRole('group', { name: t.theme.name })).toBeInViewport();
    await expectGround(page, 'dark');
    await connect(page, app);
    await expectGround(page, 'dark');
    const later = await context.newPage();
    await later.emulateMedia({ colorScheme: 'light' });
    await later.goto('/');
    await expectGround(later, 'dark');
    await choose(later, 'light');
    await later.emulateMedia({ colorScheme: 'dark' });
    await expectGround(later, 'light');
    await choose(later, 'system');
    await expectGround(later, 'dark');
});

test('the choice is in the document itself, so nothing flashes', async ({ page }) => {
    await page.goto('/');
    await choose(page, 'dark');
    await expect(page).toHaveURL(/#theme$/);
    const answer = await page.reload();
    expect(await answer?.text()).toMatch(/<html[^>]* data-theme="dark"/);
    await expect(page.locator('meta[name="color-scheme"]')).toHaveAttribute('content', 'dark');
    await expect(page.locator('meta[name="theme-color"]')).toHaveCount(1);
    await expect(page.getByRole('button', { name: t.theme.dark })).toHaveAttribute('aria-current', 'true');
});

test('the profile changes its theme and stays', async ({ page, app }) => {
    await connect(page, app);
    await choose(page, 'dark');
    await atProfile(page, app);
    await expectGround(page, 'dark');
});
