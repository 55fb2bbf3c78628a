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

/* The page of SetHandler revmap-explain, for programs. */

#include "revmap/httpd/explain.h"

#include "http_protocol.h"

#include "revmap/httpd/counters.h"
#include "revmap/httpd/escape.h"
#include "revmap/httpd/listing.h"

/* A member of an object; the first one has no comma in front. */
static void write_text(request_rec *r, const char *comma, const char *name,
                       const char *value)
{
    ap_rvputs(r, comma, "\"", name, "\": ", revmap_escape_json(r->pool, value),
              NULL);
}

static void write_place(request_rec *r, const char *file, unsigned int line)
{
    write_text(r, ", ", "file", file);
    ap_rprintf(r, ", \"line\": %u", line);
}

static void write_rule(request_rec *r, const char *comma,
                       const revmap_listed_rule *rule)
{
    ap_rputs(comma, r);
    write_text(r, "\n      {", "public", rule->public_side);
    write_text(r, ", ", "backend", rule->backend_side);
    write_text(r, ", ", "remark", rule->remark);
    write_place(r, rule->place->file, rule->place->line);
    if (rule->place->number) {
        ap_rprintf(r, ", \"hits\": %" APR_UINT64_T_FMT,
                   revmap_hits(rule->place));
    }
    ap_rputs("}", r);
}

static void write_setting(request_rec *r, const char *comma,
                          const ap_directive_t *line)
{
    ap_rputs(comma, r);
    write_text(r, "\n      {", "directive", line->directive);
    write_text(r, ", ", "arguments", line->args);
    write_place(r, line->filename, (unsigned int)line->line_num);
    ap_rputs("}", r);
}

static void write_section(request_rec *r, const char *comma,
                          const revmap_listed_section *section)
{
    int i;

    ap_rputs(comma, r);
    write_text(r, "\n    {", "section", section->title);
    write_text(r, ", ", "server", revmap_server_text(r->pool, section->server));
    ap_rprintf(r, ", \"inherits_rules\": %s,\n     \"rules\": [",
               section->inherits_no_rules ? "false" : "true");
    for (i = 0; i < section->rules->nelts; i++) {
        write_rule(r, i ? "," : "",
                   &APR_ARRAY_IDX(section->rules, i, revmap_listed_rule));
    }
    ap_rputs("],\n     \"lines\": [", r);
    for (i = 0; i < section->settings->nelts; i++) {
        write_setting(
            r, i ? "," : "",
            APR_ARRAY_IDX(section->settings, i, const ap_directive_t *));
    }
    ap_rputs("]}", r);
}

static void write_answer(request_rec *r, const revmap_answer *answer)
{
    ap_rputs(",\n  \"answer\": {", r);
    write_text(r, "", "url", answer->url);
    write_text(r, ", ", "backend", answer->backend);
    write_text(r, ", ", "backend_by", answer->backend_by);
    write_text(r, ", ", "value", answer->value);
    ap_rprintf(r, ", \"changed\": %s, \"dry_run\": %s",
               answer->is_changed ? "true" : "false",
               answer->is_dry_run ? "true" : "false");
    write_text(r, ", ", "reason", answer->reason);
    write_text(r, ", ", "why", answer->why);
    if (answer->place) {
        write_place(r, answer->place->file, answer->place->line);
        write_text(r, ", ", "text", answer->line);
    }
    ap_rputs("}", r);
}

static void write_question(const revmap_page *page)
{
    request_rec *r = page->r;

    ap_rputs(",\n  \"question\": {", r);
    write_text(r, "", "url", page->url);
    write_text(r, ", ", "header", page->header);
    write_text(r, ", ", "value", page->value);
    write_text(r, ", ", "backend", *page->backend ? page->backend : NULL);
    ap_rputs("}", r);
    if (page->error) {
        write_text(r, ",\n  ", "error", page->error);
    }
    else {
        write_answer(r, &page->answer);
    }
}

void revmap_write_json(const revmap_page *page)
{
    request_rec *r = page->r;
    int i;

    write_text(r, "{", "server", revmap_server_text(r->pool, r->server));
    write_text(r, ",\n  ", "auto", revmap_auto_text(r->server));
    if (page->is_asked || page->error) {
        write_question(page);
    }
    ap_rputs(",\n  \"sections\": [", r);
    for (i = 0; i < page->sections->nelts; i++) {
        write_section(r, i ? "," : "",
                      &APR_ARRAY_IDX(page->sections, i, revmap_listed_section));
    }
    ap_rputs("]\n}\n", r);
}
