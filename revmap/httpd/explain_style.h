/* Licensed under the Apache License, Version 2.0 (the
 * "License"); you may not use this file except in compliance with the
 * License.  You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

/**
 * @file explain_style.h
 * @brief The style sheet of the page, light and dark
 */

#ifndef REVMAP_HTTPD_EXPLAIN_STYLE_H
#define REVMAP_HTTPD_EXPLAIN_STYLE_H

/* clang-format off */
/** The hash of the style sheet, by which the page's policy allows it.
 *  t/29_explain.t tells what it has to be when the style sheet has changed. */
#define REVMAP_STYLE_HASH \
    "sha256-34PQCmkSX/gjr4MFBRmqSyASfYK2lODCUIM5gqHKYEA="

#define REVMAP_STYLE \
    ":root{color-scheme:light dark;--page:#f6f7f9;--card:#fff;" \
    "--text:#1d2430;--quiet:#566073;--line:#d5dae3;--link:#0b57a8;" \
    "--code:#eef1f6;--good:#12633a;--goodbg:#e6f5ec;--bad:#9d1c24;" \
    "--badbg:#fdecec;--same:#5a4600;--samebg:#fdf5d9}\n" \
    "@media(prefers-color-scheme:dark){:root{--page:#12161d;--card:#1b212b;" \
    "--text:#e6eaf1;--quiet:#a3adbd;--line:#38414f;--link:#7db8ff;" \
    "--code:#262e3b;--good:#8fe0b1;--goodbg:#15301f;--bad:#ffb0b0;" \
    "--badbg:#3a1a1d;--same:#f0d98a;--samebg:#332b10}}\n" \
    "*{box-sizing:border-box}\n" \
    "body{margin:0;background:var(--page);color:var(--text);" \
    "font:1rem/1.5 system-ui,sans-serif}\n" \
    "header,main{max-width:72rem;margin:0 auto;padding:0 1.25rem}\n" \
    "header{padding-top:1.5rem}\n" \
    "h1{font-size:1.6rem;line-height:1.2;margin:0 0 .25rem;" \
    "overflow-wrap:anywhere}\n" \
    "h2{font-size:1.25rem;margin:0 0 .75rem}\n" \
    "h3{font-size:1rem;margin:1.5rem 0 .4rem;overflow-wrap:anywhere}\n" \
    "p{margin:.25rem 0}\n" \
    "a{color:var(--link)}\n" \
    "nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;" \
    "margin:.5rem 0 0;padding:0}\n" \
    "main>section{background:var(--card);border:1px solid var(--line);" \
    "border-radius:.6rem;padding:1.1rem 1.25rem 1.25rem;margin:1.25rem 0}\n" \
    "form{display:grid;grid-template-columns:repeat(auto-fit," \
    "minmax(min(24rem,100%),1fr));gap:.9rem 1.25rem;align-items:start}\n" \
    "label{display:block;font-weight:600}\n" \
    ".hint,.quiet{color:var(--quiet);font-size:.875rem}\n" \
    "input{width:100%;font:.95rem/1.4 ui-monospace,monospace;color:inherit;" \
    "background:var(--page);border:1px solid var(--quiet);" \
    "border-radius:.35rem;padding:.45rem .6rem}\n" \
    "input[aria-invalid]{border-color:var(--bad)}\n" \
    "button{font:inherit;font-weight:600;color:var(--card);" \
    "background:var(--link);border:1px solid var(--link);" \
    "border-radius:.35rem;padding:.5rem 1.1rem;cursor:pointer}\n" \
    ":focus-visible{outline:3px solid var(--link);outline-offset:2px}\n" \
    "code{font:.9em/1.45 ui-monospace,monospace;overflow-wrap:anywhere;" \
    "unicode-bidi:isolate}\n" \
    ".verdict,.error{border-left:.35rem solid;border-radius:.35rem;" \
    "padding:.6rem .9rem;margin:0 0 1rem}\n" \
    ".changed{color:var(--good);background:var(--goodbg)}\n" \
    ".same{color:var(--same);background:var(--samebg)}\n" \
    ".error{color:var(--bad);background:var(--badbg);margin:0}\n" \
    ".verdict code{color:var(--text);font-size:1rem}\n" \
    "dl{display:grid;grid-template-columns:minmax(9rem,auto) 1fr;" \
    "gap:.35rem 1.25rem;margin:0}\n" \
    "dt{color:var(--quiet)}\n" \
    "dd{margin:0;min-width:0}\n" \
    "@media(max-width:36rem){dl{grid-template-columns:1fr;gap:0}dd{" \
    "margin:0 0 .6rem}}\n" \
    ".scroll{overflow-x:auto;border:1px solid var(--line);" \
    "border-radius:.4rem;margin:.4rem 0 .8rem}\n" \
    ".scroll code{white-space:nowrap}\n" \
    "table{border-collapse:collapse;width:100%;font-size:.9rem}\n" \
    "caption{position:absolute;width:1px;height:1px;overflow:hidden;" \
    "clip-path:inset(50%)}\n" \
    "th,td{text-align:left;vertical-align:top;padding:.4rem .7rem;" \
    "border-top:1px solid var(--line)}\n" \
    "thead th{border-top:0;background:var(--code);font-weight:600;" \
    "white-space:nowrap}\n" \
    "tbody th{font-weight:400}\n" \
    "th:nth-child(1){width:18%}\n" \
    "th:nth-child(2){width:30%}\n" \
    "tbody td:nth-child(3){min-width:13rem}\n" \
    ".scroll .number{text-align:right;font-variant-numeric:tabular-nums}\n" \
    "tr.changed code{color:inherit}"
/* clang-format on */

#endif /* REVMAP_HTTPD_EXPLAIN_STYLE_H */
