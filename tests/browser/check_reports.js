// Opens every report of a folder in headless Chromium, on a desk and on a phone, light and dark and
// printed, and fails on any violation that axe-core finds, on a page wider than its screen, on
// anything that the page's own rules keep out, and on any request.
//
//   node check_reports.js FOLDER [--pictures FOLDER]
//
// CHROMIUM names the browser; /usr/bin/chromium if not given.
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { AXE, launched } from "./browser.js";

const SCREENS = [
  { width: 1200, colorScheme: "light" },
  { width: 1200, colorScheme: "dark" },
  { width: 360, colorScheme: "light" },
  { width: 320, colorScheme: "dark" },
  { width: 720, colorScheme: "dark", media: "print" },
];

const [folder, flag, pictures] = process.argv.slice(2);
const files = readdirSync(folder).filter((name) => name.endsWith(".html")).sort();
if (!files.length) throw new Error(`no report in ${folder}`);
const browser = await launched();
const faults = [];
let rules = 0;

for (const file of files) {
  for (const { width, colorScheme, media } of SCREENS) {
    const where = `${file}, ${width} px, ${media ?? colorScheme}`;
    const url = pathToFileURL(resolve(folder, file)).href;
    const said = [];
    const own = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    own.on("console", (message) => said.push(message.text()));
    own.on("request", (request) => request.url() !== url && said.push(`asked for ${request.url()}`));
    await own.emulateMedia({ colorScheme, media: media ?? "screen" });
    await own.goto(url);
    if (flag === "--pictures") {
      const name = `${file}-${width}-${media ?? colorScheme}.png`;
      await own.screenshot({ path: join(pictures, name), fullPage: true });
    }
    await own.close();
    // The rules of the page let no script in, not even axe.
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true });
    await page.emulateMedia({ colorScheme, media: media ?? "screen" });
    await page.goto(url);
    await page.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));
    await page.evaluate(AXE);
    const found = await page.evaluate(() => globalThis.axe.run(document));
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    await page.close();
    rules += found.passes.length;
    faults.push(...said.map((one) => `${where}: ${one}`));
    if (wide) faults.push(`${where}: the page is wider than the screen`);
    for (const one of found.violations) {
      faults.push(`${where}: ${one.id}, ${one.nodes.length} times: ${one.nodes[0].html.slice(0, 200)}`);
    }
  }
}
await browser.close();
const views = files.length * SCREENS.length;
console.log(`${files.length} reports, ${views} views, ${rules} rules passed, ${faults.length} faults`);
faults.forEach((one) => console.error(one));
process.exit(faults.length ? 1 : 0);
