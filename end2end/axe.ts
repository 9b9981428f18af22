// Accessibility checks by axe-core.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import type { AxeResults, RunOptions } from 'axe-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Every rule of WCAG 2.2 AA, and best practice. */
const everyRule: RunOptions['runOnly'] = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** The rules whose result can differ between two themes of the same page. */
export const themeRules: RunOptions['runOnly'] = { type: 'rule', values: ['color-contrast', 'target-size'] };

/** Runs axe-core and returns a line for each violation. Our pages have no frames, so one document is enough. */
export async function axeViolations(page: Page, runOnly = everyRule): Promise<string[]> {
    const options: RunOptions = { runOnly, resultTypes: ['violations'] };
    if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(source);
    const { violations } = await page.evaluate<AxeResults, RunOptions>(
        (options) => (window as any).axe.run(document, options),
        options,
    );
    return violations.flatMap(({ id, help, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id} (${help}): ${target.join(' ')}: ${failureSummary}`),
    );
}
