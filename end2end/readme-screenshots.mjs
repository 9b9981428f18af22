// Takes the README's screenshots in docs/, from a running demo: two phones side by side, light and dark.

import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { App } from './app.mjs';
import { launchOptions } from './chromium.mjs';
import { setReferenceFonts } from './fonts.mjs';

const docs = new URL('../docs/', import.meta.url);
const phone = { width: 390, height: 844 };
/** A larger picture takes too long to load for a reader of the README. */
const MAX_BYTES = 300_000;

/** Each picture: its language, and the steps to the pages that it shows in each theme. */
const pictures = [
    { name: 'login', language: 'en', light: login, dark: login },
    { name: 'profile', language: 'en', light: profile, dark: profile },
    { name: 'leaving', language: 'fr', light: dialog, dark: receipt },
];

async function login(page, app) {
    await page.goto(app.origin);
}

async function profile(page, app) {
    await page.goto(`${app.origin}/oauth`);
    await page.locator('button[name="decision"][value="approve"]').click();
    await page.waitForURL(`${app.origin}/profile`);
}

async function dialog(page, app) {
    await profile(page, app);
    await page.locator('[aria-haspopup="dialog"]').click();
}

async function receipt(page, app) {
    await profile(page, app);
    await page.goto(`${app.origin}/disconnect`);
    await page.locator('form[action$="/api/disconnect"] button').click();
    await page.waitForURL(`${app.origin}/disconnected`);
}

/** Takes a screenshot of a phone, as a data URL. */
async function screenshot(browser, app, language, colorScheme, openPage) {
    const context = await browser.newContext({
        viewport: phone,
        deviceScaleFactor: 2,
        colorScheme,
        reducedMotion: 'reduce',
        ignoreHTTPSErrors: true,
    });
    await context.addCookies([{ name: 'lang', value: language, url: app.origin }]);
    const page = await context.newPage();
    await openPage(page, app);
    await page.waitForLoadState('networkidle');
    await setReferenceFonts(page);
    await page.evaluate(() => document.activeElement?.blur?.());
    const bytes = await page.screenshot({ animations: 'disabled' });
    await context.close();
    return `data:image/png;base64,${bytes.toString('base64')}`;
}

const style = `
    * { margin: 0 }
    main { display: inline-flex; gap: 32px; padding: 12px }
    img { display: block; width: ${phone.width}px; border-radius: 28px; box-shadow: 0 0 0 1px #8884, 0 4px 10px #0003 }
`;

/** Composes both screenshots on a transparent background: the README is read in either theme. */
async function compose(browser, screenshots) {
    const page = await browser.newPage({ viewport: { width: 900, height: 900 }, deviceScaleFactor: 1.15 });
    const images = screenshots.map((source) => `<img src="${source}" alt="">`).join('');
    await page.setContent(`<style>${style}</style><main>${images}</main>`, { waitUntil: 'load' });
    const bytes = await page.locator('main').screenshot({ omitBackground: true });
    await page.close();
    return bytes;
}

const browser = await chromium.launch(launchOptions());
try {
    for (const { name, language, light, dark } of pictures) {
        const app = await App.start();
        const screenshots = [await screenshot(browser, app, language, 'light', light), await screenshot(browser, app, language, 'dark', dark)];
        await app.stop();
        const bytes = await compose(browser, screenshots);
        if (bytes.length > MAX_BYTES) throw new Error(`${name}.png has ${bytes.length} bytes, more than ${MAX_BYTES}`);
        const file = new URL(`${name}.png`, docs);
        await writeFile(file, bytes);
        console.log(`${bytes.length.toString().padStart(7)} B  ${fileURLToPath(file)}`);
    }
} finally {
    await browser.close();
}
