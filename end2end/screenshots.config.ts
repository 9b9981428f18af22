import { defineConfig } from '@playwright/test';
import { launchOptions } from './chromium.mjs';

// Pictures to look at, one project for each width, theme and language.
const widths = [390, 1280];
const themes = ['light', 'dark'] as const;
const locales = { en: 'en-GB', fr: 'fr-FR' };

export default defineConfig({
    testMatch: 'screenshots.spec.ts',
    outputDir: 'test-results/screenshots',
    fullyParallel: true,
    workers: 2,
    timeout: 30_000,
    reporter: 'list',
    projects: widths.flatMap((width) =>
        themes.flatMap((colorScheme) =>
            Object.entries(locales).map(([language, locale]) => ({
                name: `${width}-${colorScheme}-${language}`,
                use: {
                    launchOptions: launchOptions(),
                    ignoreHTTPSErrors: true,
                    viewport: { width, height: 844 },
                    colorScheme,
                    locale,
                },
            })),
        ),
    ),
});
