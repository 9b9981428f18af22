// Pages in general: scripts, titles, landmarks, and layout on small phones.

import { expectNoOverflow, openSections, signIn } from '../flows.ts';
import { expect, test } from '../test.ts';
import { texts } from '../texts.ts';

const t = texts.en;

test('login page loads no script', async ({ page }) => {
    const kinds: string[] = [];
    page.on('request', (request) => kinds.push(request.resourceType()));
    await page.goto('/', { waitUntil: 'networkidle' });
    await expect(page.getByRole('link', { name: t.login.proceed })).toBeVisible();
    await expect(page.locator('script')).toHaveCount(0);
    expect(kinds).not.toContain('script');
    expect(kinds).not.toContain('fetch');
});

test('profile works before its WASM is loaded', async ({ page, app }) => {
    await page.route('**/*.wasm', () => {}); // no response
    await signIn(page, app);
    await page.getByRole('button', { name: t.profile.logOut }).click();
    await expect(page).toHaveURL(`${app.origin}/#notice`);
});

test('creator id can be copied with script', async ({ page, app, context, scriptEnabled }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: app.origin });
    await signIn(page, app);
    await openSections(page);
    const copy = page.getByRole('button', { name: t.profile.copy });
    if (!scriptEnabled) {
        await expect(copy).toBeHidden();
        return;
    }
    await copy.click();
    await expect(page.getByRole('status').filter({ hasText: t.profile.copied })).toBeVisible();
    const id = await page.locator('.creator-id code').innerText();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(id);
});

test('healthy profile is at most two phones long', async ({ page, app }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await signIn(page, app);
    const { height } = (await page.locator('body').boundingBox())!;
    expect(height).toBeLessThanOrEqual(1700);
});

test('unknown address is not found', async ({ page, app, monitor }) => {
    monitor.expectStatus(404);
    const response = await page.goto('/no/such/page');
    expect(response?.status()).toBe(404);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(t.notFound);
    await page.getByRole('main').getByRole('link').click();
    await expect(page).toHaveURL(`${app.origin}/`);
});

for (const name of [t.privacy, t.terms]) {
    test(`footer links to the ${name.toLowerCase()}`, async ({ page }) => {
        await page.goto('/');
        await page.getByRole('contentinfo').getByRole('link', { name }).click();
        await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
    });
}

test('no page scrolls horizontally on the smallest phone', async ({ page, app, monitor }) => {
    [400, 404].forEach((status) => monitor.expectStatus(status));
    await page.setViewportSize({ width: 320, height: 568 });
    for (const path of ['/', '/privacy', '/terms', '/no/such/page', '/webhook']) {
        await page.goto(path);
        await expectNoOverflow(page);
    }
    await signIn(page, app);
    await expectNoOverflow(page);
});

test('every page has a title, a main part and a skip link', async ({ page, app, monitor }) => {
    [400, 404].forEach((status) => monitor.expectStatus(status));
    await signIn(page, app);
    for (const path of ['/profile', '/', '/privacy', '/terms', '/no/such/page', '/webhook']) {
        await page.goto(path);
        await expect(page).toHaveTitle(/^\S.* · \S/);
        await expect(page.getByRole('main')).toHaveCount(1);
        await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
        await page.keyboard.press('Tab');
        await expect(page.locator('a.skip')).toBeFocused();
    }
});

for (const name of ['É', 'W'.repeat(40), 'The Extraordinary Atelier of Épernay Ltd']) {
    test.describe(`app named ${name.slice(0, 10)}`, () => {
        const operator = { OPERATOR_NAME: 'Studio Épée et Associés, Donaudampfschifffahrtsgesellschaftskapitänsbüro Nordost', OPERATOR_CONTACT: `${'w'.repeat(60)}@studio.example` };
        test.use({ settings: { APP_NAME: name, ...operator } });

        test('shows the connect link on a small phone', async ({ page, app, monitor }) => {
            monitor.expectStatus(404);
            await page.setViewportSize({ width: 360, height: 640 });
            for (const language of ['en', 'fr'] as const) {
                await page.context().addCookies([{ name: 'lang', value: language, url: app.origin }]);
                await page.goto('/');
                const proceed = page.getByRole('link', { name: texts[language].login.proceed });
                await expect(proceed).toBeInViewport({ ratio: 1 });
            }
        });

        test('fits every page on the smallest phone', async ({ page, app, monitor }) => {
            monitor.expectStatus(404);
            await page.setViewportSize({ width: 320, height: 568 });
            for (const path of ['/', '/terms', '/no/such/page']) {
                await page.goto(path);
                await expectNoOverflow(page);
            }
            const manifest = await page.request.get(`${app.origin}/site.webmanifest`, { ignoreHTTPSErrors: true });
            expect(await manifest.json()).toMatchObject({ name });
        });
    });
}
