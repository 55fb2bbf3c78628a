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

/* The page of SetHandler revmap-explain, for people.  It needs no script and
 * nothing from elsewhere. */

#include "revmap/httpd/explain.h"

#include "apr_strings.h"
#include "http_protocol.h"

#include "revmap/httpd/counters.h"
#include "revmap/httpd/escape.h"
#include "revmap/httpd/explain_style.h"
#include "revmap/httpd/listing.h"

const char *revmap_style_source(void)
{
    return "'" REVMAP_STYLE_HASH "'";
}

static void write_text(request_rec *r, const char *text)
{
    ap_rputs(revmap_escape_html(r->pool, text), r);
}

static void write_code(request_rec *r, const char *text)
{
    ap_rvputs(r, "<code>", revmap_escape_html(r->pool, text), "</code>", NULL);
}

static void write_attribute(request_rec *r, const char *name, const char *value)
{
    ap_rvputs(r, " ", name, "=\"", revmap_escape_attribute(r->pool, value),
              "\"", NULL);
}

static void write_place(request_rec *r, const char *file, unsigned int line)
{
    write_code(r, line ? apr_psprintf(r->pool, "%s:%u", file, line) : file);
}

/* ---- the question ------------------------------------------------------- */

/* A field of the form. */
typedef struct field {
    const char *name;
    const char *label;
    const char *hint;
    const char *attributes;
} field;

static const field fields[] = {
    {"url", "Public URL",
     "What the client asks for: a path like "
     "<code>/shop/cart</code>, or a whole URL.",
     " required"},
    {"header", "Response header",
     "Its name, like <code>Location</code> or "
     "<code>Set-Cookie</code>.",
     " required list=\"names\""},
    {"value", "Value from the backend",
     "What the backend sends in this header.", ""},
    {"backend", "Backend (optional)",
     "The URL that is asked of it, or its origin. Empty: as this server "
     "forwards the public URL.",
     ""},
};

static void write_field(request_rec *r, const field *f, const char *value)
{
    ap_rvputs(r, "<div><label for=\"", f->name, "\">", f->label,
              "</label>\n<input type=\"text\" id=\"", f->name, "\" name=\"",
              f->name,
              "\" autocomplete=\"off\" autocapitalize=\"off\" "
              "spellcheck=\"false\" aria-describedby=\"",
              f->name, "-hint\"", f->attributes, NULL);
    write_attribute(r, "value", value);
    ap_rvputs(r, ">\n<p class=\"hint\" id=\"", f->name, "-hint\">", f->hint,
              "</p></div>\n", NULL);
}

static void write_form(const revmap_page *page)
{
    request_rec *r = page->r;

    ap_rputs("<section aria-labelledby=\"ask\">\n"
             "<h2 id=\"ask\">What does the client get?</h2>\n"
             "<form method=\"get\" action=\"#answer\">\n",
             r);
    write_field(r, &fields[0], page->url);
    write_field(r, &fields[3], page->backend);
    write_field(r, &fields[1], page->header);
    write_field(r, &fields[2], page->value);
    ap_rputs("<datalist id=\"names\"><option>Location<option>Set-Cookie"
             "<option>Link<option>Refresh<option>Content-Location"
             "</datalist>\n"
             "<div><button type=\"submit\">Ask</button></div>\n"
             "</form>\n</section>\n",
             r);
}

/* ---- the answer --------------------------------------------------------- */

static void write_header(const revmap_page *page, const char *value)
{
    write_code(page->r,
               apr_pstrcat(page->r->pool, page->header, ": ", value, NULL));
}

static void write_decision(const revmap_page *page)
{
    const revmap_answer *answer = &page->answer;
    request_rec *r = page->r;

    ap_rputs("<dt>Why</dt><dd>", r);
    write_text(r, answer->why);
    if (answer->place) {
        ap_rputs(answer->is_changed ? " by" : ", by", r);
        if (answer->line) {
            ap_rputs(" ", r);
            write_code(r, answer->line);
        }
        ap_rputs("<br><span class=\"quiet\">", r);
        write_place(r, answer->place->file, answer->place->line);
        ap_rputs("</span>", r);
    }
    ap_rputs("</dd>\n", r);
}

static void write_verdict(const revmap_page *page)
{
    const revmap_answer *answer = &page->answer;
    request_rec *r = page->r;

    ap_rvputs(r, "<p class=\"verdict ",
              answer->is_changed && !answer->is_dry_run ? "changed" : "same",
              "\">The client gets ", NULL);
    if (answer->is_dry_run) {
        ap_rputs("it unchanged, because <code>RevMapEngine</code> is DryRun. "
                 "With On, it would get ",
                 r);
    }
    else if (!answer->is_changed) {
        ap_rputs("it unchanged: ", r);
    }
    write_header(page, answer->value);
    ap_rputs("</p>\n", r);
}

static void write_answer(const revmap_page *page)
{
    const revmap_answer *answer = &page->answer;
    request_rec *r = page->r;

    write_verdict(page);
    ap_rputs("<dl>\n<dt>The client asks for</dt><dd>", r);
    write_code(r, answer->url);
    ap_rputs("</dd>\n<dt>The backend is asked for</dt><dd>", r);
    if (answer->backend) {
        write_code(r, answer->backend);
        ap_rputs("<br>", r);
    }
    ap_rputs("<span class=\"quiet\">", r);
    write_text(r, answer->backend_by);
    ap_rputs("</span></dd>\n<dt>The backend sends</dt><dd>", r);
    write_header(page, page->value);
    ap_rputs("</dd>\n", r);
    write_decision(page);
    ap_rputs("</dl>\n", r);
}

static void write_result(const revmap_page *page)
{
    request_rec *r = page->r;

    if (!page->is_asked && !page->error) {
        return;
    }
    ap_rputs("<section aria-labelledby=\"answer\">\n"
             "<h2 id=\"answer\">Answer</h2>\n",
             r);
    if (page->error) {
        ap_rputs("<p class=\"error\" role=\"alert\">", r);
        write_text(r, page->error);
        ap_rputs("</p>\n", r);
    }
    else {
        write_answer(page);
    }
    ap_rputs("</section>\n", r);
}

/* ---- the map ------------------------------------------------------------ */

/* Is it the one that the answer is about? */
static int is_in_charge(const revmap_page *page, const revmap_place *place)
{
    const revmap_place *by = page->answer.place;

    return by && by->line == place->line && strcmp(by->file, place->file) == 0;
}

static void write_rule(const revmap_page *page, const revmap_listed_rule *rule)
{
    request_rec *r = page->r;

    ap_rvputs(r, "<tr",
              is_in_charge(page, rule->place)
                  ? " class=\"changed\" aria-current=\"true\""
                  : "",
              "><th scope=\"row\">", NULL);
    write_code(r, rule->public_side);
    ap_rputs("</th><td>", r);
    write_code(r, rule->backend_side);
    ap_rputs("</td><td>", r);
    write_text(r, rule->remark);
    ap_rputs("</td><td class=\"number\">", r);
    if (rule->place->number) {
        ap_rprintf(r, "%" APR_UINT64_T_FMT, revmap_hits(rule->place));
    }
    ap_rputs("</td><td>", r);
    write_place(r, rule->place->file, rule->place->line);
    ap_rputs("</td></tr>\n", r);
}

/* A table that may be wider than the page: it can be scrolled by keyboard. */
static void begin_table(request_rec *r, int number, const char *caption,
                        const char *heads)
{
    ap_rprintf(r,
               "<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
               "aria-labelledby=\"s%d %s%d\">\n<table>\n"
               "<caption id=\"%s%d\">%s</caption>\n<thead><tr>%s"
               "</tr></thead>\n<tbody>\n",
               number, caption, number, caption, number, caption, heads);
}

static void write_rules(const revmap_page *page, int number,
                        const apr_array_header_t *rules)
{
    request_rec *r = page->r;
    int i;

    if (!rules->nelts) {
        return;
    }
    begin_table(r, number, "Rules",
                "<th scope=\"col\">Public side</th>"
                "<th scope=\"col\">Backend side</th>"
                "<th scope=\"col\">Remark</th>"
                "<th scope=\"col\" class=\"number\">Hits</th>"
                "<th scope=\"col\">Where</th>");
    for (i = 0; i < rules->nelts; i++) {
        write_rule(page, &APR_ARRAY_IDX(rules, i, revmap_listed_rule));
    }
    ap_rputs("</tbody>\n</table>\n</div>\n", r);
}

static void write_settings(request_rec *r, int number,
                           const apr_array_header_t *settings)
{
    int i;

    if (!settings->nelts) {
        return;
    }
    begin_table(r, number, "Lines",
                "<th scope=\"col\">Directive</th>"
                "<th scope=\"col\">Arguments</th>"
                "<th scope=\"col\">Where</th>");
    for (i = 0; i < settings->nelts; i++) {
        const ap_directive_t *line =
            APR_ARRAY_IDX(settings, i, const ap_directive_t *);

        ap_rputs("<tr><th scope=\"row\">", r);
        write_code(r, line->directive);
        ap_rputs("</th><td>", r);
        write_code(r, line->args);
        ap_rputs("</td><td>", r);
        write_place(r, line->filename, (unsigned int)line->line_num);
        ap_rputs("</td></tr>\n", r);
    }
    ap_rputs("</tbody>\n</table>\n</div>\n", r);
}

static void write_section(const revmap_page *page, int number,
                          const revmap_listed_section *section)
{
    request_rec *r = page->r;

    ap_rprintf(r, "<h3 id=\"s%d\">", number);
    write_text(r, section->title);
    if (section->server != r->server) {
        ap_rputs(" <span class=\"quiet\">of the main server</span>", r);
    }
    if (section->inherits_no_rules) {
        ap_rputs(" <span class=\"quiet\">inherits no rules</span>", r);
    }
    ap_rputs("</h3>\n", r);
    write_rules(page, number, section->rules);
    write_settings(r, number, section->settings);
}

static void write_map(const revmap_page *page)
{
    request_rec *r = page->r;
    int i;

    ap_rvputs(r,
              "<section aria-labelledby=\"map\">\n"
              "<h2 id=\"map\">The map</h2>\n<p><code>RevMapAuto</code> is ",
              revmap_auto_text(r->server), ".", NULL);
    if (!page->sections->nelts) {
        ap_rputs(" Nothing is written or derived here.", r);
    }
    ap_rputs("</p>\n", r);
    for (i = 0; i < page->sections->nelts; i++) {
        write_section(page, i + 1,
                      &APR_ARRAY_IDX(page->sections, i, revmap_listed_section));
    }
    ap_rputs("</section>\n", r);
}

/* ---- the page ----------------------------------------------------------- */

static void write_head(const revmap_page *page)
{
    request_rec *r = page->r;
    const char *server =
        revmap_escape_html(r->pool, revmap_server_text(r->pool, r->server));

    ap_rvputs(
        r,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
        "<meta charset=\"utf-8\">\n<title>RevMap: ",
        server,
        "</title>\n<meta name=\"viewport\" "
        "content=\"width=device-width, initial-scale=1\">\n<style>",
        REVMAP_STYLE, "</style>\n</head>\n<body>\n<header>\n<h1>RevMap: <bdi>",
        server,
        "</bdi></h1>\n<p class=\"quiet\">What becomes of the headers that "
        "backends send through this virtual host.</p>\n"
        "<nav aria-label=\"On this page\"><ul>"
        "<li><a href=\"#ask\">Ask</a></li>"
        "<li><a href=\"#map\">The map</a></li><li><a href=\"?",
        NULL);
    if (r->args) {
        ap_rvputs(r, revmap_escape_attribute(r->pool, r->args), "&amp;", NULL);
    }
    ap_rputs("format=json\">As JSON</a></li></ul></nav>\n</header>\n<main>\n",
             r);
}

void revmap_write_html(const revmap_page *page)
{
    write_head(page);
    write_form(page);
    write_result(page);
    write_map(page);
    ap_rputs("</main>\n</body>\n</html>\n", page->r);
}
