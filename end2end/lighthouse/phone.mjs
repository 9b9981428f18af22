// Lighthouse's simulated mid-range phone.

import { launch } from 'chrome-launcher';
import lighthouse from 'lighthouse';
import { launchOptions } from '../chromium.mjs';

/** The load of whatever else runs on a machine slows a single run down: of so many the middle one counts. */
const RUNS = 5;

export class Phone {
    #chrome;
    /** A browser that has just started is busy with itself: its first run does not count. */
    #isWarm = false;

    static async start() {
        const { executablePath, args } = launchOptions();
        const chromeFlags = [...args, '--headless=new', '--ignore-certificate-errors'];
        return new Phone(await launch({ chromePath: executablePath, chromeFlags }));
    }

    constructor(chrome) {
        this.#chrome = chrome;
    }

    /**
     * What Lighthouse says of a page in the middle one of its runs, by score and then by paint.
     * @param {{ headers?: Record<string, string>, onlyCategories?: string[] }} options
     */
    async look(url, { headers = {}, onlyCategories } = {}) {
        const results = [];
        for (let run = this.#isWarm ? 0 : -1; run < RUNS; run++) {
            const options = { port: this.#chrome.port, extraHeaders: headers, disableStorageReset: true, logLevel: 'error', onlyCategories };
            const { lhr } = await lighthouse(url, options);
            if (lhr.runtimeError) throw new Error(`Lighthouse could not look at ${url}: ${lhr.runtimeError.message}`);
            if (run >= 0) results.push(lhr);
        }
        this.#isWarm = true;
        results.sort((one, other) => score(one) - score(other) || largestPaint(other) - largestPaint(one));
        return results[Math.floor(RUNS / 2)];
    }

    stop() {
        this.#chrome.kill();
    }
}

/** When the largest part of the page was painted, in milliseconds. */
export const largestPaint = (lhr) => lhr.audits['largest-contentful-paint'].numericValue;

const score = (lhr) => lhr.categories.performance.score;
