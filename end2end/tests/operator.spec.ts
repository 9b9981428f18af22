// Who runs the app: said where creators decide, where they look for it, and where only the operator can help.

import { decide, goToTikTok } from '../flows.ts';
import { expect, test } from '../test.ts';
import { texts } from '../texts.ts';

const operator = { OPERATOR_NAME: 'Studio Épée', OPERATOR_URL: 'https://studio.example/', OPERATOR_CONTACT: 'help@studio.example' };

test.describe('an operator who says who they are', () => {
    test.use({ settings: operator });

    test('is named on every page, in both languages', async ({ page, app }) => {
        for (const language of ['en', 'fr'] as const) {
            const t = texts[language];
            await page.context().addCookies([{ name: 'lang', value: language, url: app.origin }]);
            await page.goto('/');
            const section = page.getByRole('region', { name: t.operator.title });
            await expect(section).toContainText('Studio Épée');
            await expect(section.getByRole('link', { name: t.operator.site })).toHaveAttribute('href', operator.OPERATOR_URL);
            for (const path of ['/', '/privacy', '/terms']) {
                await page.goto(path);
                const footer = page.getByRole('contentinfo');
                await expect(footer.getByText(t.operator.by)).toBeVisible();
                await expect(footer.getByRole('link', { name: 'Studio Épée' })).toHaveAttribute('href', operator.OPERATOR_URL);
                const write = footer.getByRole('link', { name: t.operator.write });
                await expect(write).toHaveAttribute('href', 'mailto:help@studio.example');
            }
        }
    });

    test('can be written to where only they can help', async ({ page, app, watch }) => {
        watch.expectStatus(500);
        await app.order('token', { code: 'invalid_client' });
        await goToTikTok(page, app);
        await decide(page);
        await expect(page.getByRole('main').getByRole('link', { name: texts.en.operator.write })).toBeVisible();
    });
});

test('an operator who says nothing leaves no gap', async ({ page }) => {
    await page.goto('/');
    const section = page.getByRole('region', { name: texts.en.operator.title });
    await expect(section.getByRole('paragraph')).toHaveCount(1);
    await expect(page.getByRole('contentinfo').getByText(texts.en.operator.by)).toHaveCount(0);
});
