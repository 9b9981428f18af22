// Pages as such: what they ship, and that they hold together on the smallest phone.

import { connect, expectNoOverflow } from '../flows.ts';
import { expect, test } from '../test.ts';
import { texts } from '../texts.ts';

const t = texts.en;

test('the login page ships no script', async ({ page }) => {
    const kinds: string[] = [];
    page.on('request', (request) => kinds.push(request.resourceType()));
    await page.goto('/', { waitUntil: 'networkidle' });
    await expect(page.getByRole('link', { name: t.login.proceed })).toBeVisible();
    await expect(page.locator('script')).toHaveCount(0);
    expect(kinds).not.toContain('script');
    expect(kinds).not.toContain('fetch');
});

test('the profile works before its WASM has come', async ({ page, app }) => {
    await page.route('**/*.wasm', () => {}); // never answered
    await connect(page, app);
    await page.getByRole('button', { name: t.profile.logOut }).click();
    await expect(page).toHaveURL(`${app.origin}/#notice`);
});

test('the profile copies its id where a script can', async ({ page, app, context, scripted }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: app.origin });
    await connect(page, app);
    const copy = page.getByRole('button', { name: t.profile.copy });
    if (!scripted) {
        await expect(copy).toBeHidden();
        return;
    }
    await copy.click();
    await expect(page.getByRole('status').filter({ hasText: t.profile.copied })).toBeVisible();
    const id = await page.locator('.creator-id code').innerText();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(id);
});

test('an address that does not exist says so', async ({ page, app, watch }) => {
    watch.expectStatus(404);
    const answer = await page.goto('/no/such/page');
    expect(answer?.status()).toBe(404);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(t.notFound);
    await page.getByRole('main').getByRole('link').click();
    await expect(page).toHaveURL(`${app.origin}/`);
});

for (const name of [t.privacy, t.terms]) {
    test(`"${name}" is one click away`, async ({ page }) => {
        await page.goto('/');
        await page.getByRole('contentinfo').getByRole('link', { name }).click();
        await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
    });
}

test('no page scrolls sideways on the smallest phone', async ({ page, app, watch }) => {
    [400, 404].forEach((status) => watch.expectStatus(status));
    await page.setViewportSize({ width: 320, height: 568 });
    for (const path of ['/', '/privacy', '/terms', '/no/such/page', '/webhook']) {
        await page.goto(path);
        await expectNoOverflow(page);
    }
    await connect(page, app);
    await expectNoOverflow(page);
});

test('every page has one title, one main part and a way past the header', async ({ page, app, watch }) => {
    [400, 404].forEach((status) => watch.expectStatus(status));
    await connect(page, app);
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
    test.describe(`an app by the name of ${name}`, () => {
        const operator = { OPERATOR_NAME: 'W'.repeat(80), OPERATOR_CONTACT: `${'w'.repeat(60)}@studio.example` };
        test.use({ settings: { APP_NAME: name, ...operator } });

        test('has its way to TikTok on the first screen of a small phone', async ({ page, app, watch }) => {
            watch.expectStatus(404);
            await page.setViewportSize({ width: 360, height: 640 });
            for (const language of ['en', 'fr'] as const) {
                await page.context().addCookies([{ name: 'lang', value: language, url: app.origin }]);
                await page.goto('/');
                const proceed = page.getByRole('link', { name: texts[language].login.proceed });
                await expect(proceed).toBeInViewport({ ratio: 1 });
            }
        });

        test('fits on every page of the smallest one', async ({ page, app, watch }) => {
            watch.expectStatus(404);
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
