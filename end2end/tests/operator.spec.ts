// The operator's name and contact: on the login page, in the footer, and on failures that only an operator can correct.

import { submitConsent, openConsentPage } from '../flows.ts';
import { expect, test } from '../test.ts';
import { texts } from '../texts.ts';

const operator = { OPERATOR_NAME: 'Studio Épée', OPERATOR_URL: 'https://studio.example/', OPERATOR_CONTACT: 'help@studio.example' };

test.describe('named operator', () => {
    test.use({ settings: operator });

    test('is shown on every page, in both languages', async ({ page, app }) => {
        for (const language of ['en', 'fr'] as const) {
            const t = texts[language];
            await page.context().addCookies([{ name: 'lang', value: language, url: app.origin }]);
            await page.goto('/');
            const section = page.locator('details').filter({ hasText: t.operator.title });
            await section.locator('summary').click();
            await expect(section).toContainText('Studio Épée');
            await expect(section.getByRole('link', { name: t.operator.site })).toHaveAttribute('href', operator.OPERATOR_URL);
            for (const path of ['/', '/privacy', '/terms']) {
                await page.goto(path);
                const footer = page.getByRole('contentinfo');
                await expect(footer.getByText(t.operator.by)).toBeVisible();
                await expect(footer.getByRole('link', { name: 'Studio Épée', exact: true })).toHaveAttribute('href', operator.OPERATOR_URL);
                const write = footer.getByRole('link', { name: t.operator.write });
                await expect(write).toHaveAttribute('href', 'mailto:help@studio.example');
            }
        }
    });

    test('can be contacted about a configuration error', async ({ page, app, monitor }) => {
        monitor.expectStatus(500);
        await app.injectFault('token', { code: 'invalid_client' });
        await openConsentPage(page, app);
        await submitConsent(page);
        const write = page.getByRole('main').getByRole('link', { name: texts.en.operator.write });
        await expect(write).toHaveAttribute('href', /^mailto:help@studio\.example\?subject=.+client_refused/);
    });
});

test('unnamed operator leaves no empty element', async ({ page }) => {
    await page.goto('/');
    const section = page.locator('details').filter({ hasText: texts.en.operator.title });
    await section.locator('summary').click();
    await expect(section.getByRole('paragraph')).toHaveCount(1);
    await expect(page.getByRole('contentinfo').getByText(texts.en.operator.by)).toHaveCount(0);
});
