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

#include "revmap/httpd/question.h"
#include "revmap/httpd/facts.h"

#include "apr_strings.h"

#include "revmap/header.h"
#include "revmap/httpd/imagine.h"
#include "revmap/httpd/lines.h"

/* Where the client asks, and for what. */
typedef struct asked {
    revmap_origin site; /* its host is empty if nobody knows it */
    const char *target; /* path and query */
} asked;

/* ---- the public URL ----------------------------------------------------- */

/* This virtual host by the name that the one who asks uses for it, or by its
 * ServerName. */
static void name_site(apr_pool_t *pool, const revmap_question *q,
                      revmap_origin *site)
{
    const server_rec *server = q->server;
    const char *name = server->server_hostname;
    apr_port_t port = server->port;

    memset(site, 0, sizeof(*site));
    if (q->asker && q->asker->hostname
        && !revmap_authority_parse(site, revmap_slice_of(q->asker->hostname))
        && revmap_is_server_name(server, site)) {
        site->port = q->asker->parsed_uri.port;
    }
    else if (name
             && !revmap_authority_parse(
                 site, revmap_slice_of(strchr(name, ':') ? apr_pstrcat(
                                           pool, "[", name, "]", NULL)
                                                         : name))) {
        site->port = port == revmap_scheme_port(q->scheme) ? 0 : port;
    }
    site->scheme = (unsigned char)q->scheme;
}

static const char *read_url(apr_pool_t *pool, const revmap_question *q,
                            asked *a)
{
    revmap_slice text = revmap_slice_of(q->url);
    revmap_slice path;
    revmap_url url;
    revmap_reason reason = revmap_url_parse(&url, text);

    if (reason) {
        return apr_psprintf(pool,
                            "'%s' cannot be used (%s): write a path like "
                            "'/shop/cart', or a URL",
                            q->url, revmap_reason_words(reason));
    }
    if (url.form == REVMAP_FORM_ABSOLUTE) {
        a->site = url.origin;
        if (a->site.port == revmap_scheme_port(a->site.scheme)) {
            a->site.port = 0;
        }
    }
    else if (url.form == REVMAP_FORM_PATH) {
        name_site(pool, q, &a->site);
    }
    else {
        return apr_psprintf(pool,
                            "'%s' is no URL of this site: write its path, like "
                            "'/shop/cart'",
                            q->url);
    }
    path = revmap_path_escape(pool, revmap_url_path(&url), 0);
    a->target = apr_pstrcat(pool, apr_pstrmemdup(pool, path.ptr, path.len),
                            apr_pstrmemdup(pool, url.suffix.ptr,
                                           revmap_suffix_query(url.suffix).len),
                            NULL);
    return NULL;
}

static const char *site_text(apr_pool_t *pool, const revmap_origin *site)
{
    revmap_origin origin = *site;

    revmap_origin_set_scheme(&origin, site->scheme);
    return site->host.len ? revmap_origin_text(pool, &origin) : "";
}

/* A name of this virtual host, or one that a rule has on its public side. */
static int is_own(const server_rec *server, const revmap_scope *scope,
                  const revmap_origin *site)
{
    return !site->host.len || !server->server_hostname
           || revmap_is_server_name(server, site)
           || revmap_scope_is_public_host(scope, site);
}

/* ---- the backend -------------------------------------------------------- */

/* What comes in through a rule's public side goes to its backend side. */
static revmap_forward
turn_round(request_rec *r, const revmap_exchange *exchange, const char **by)
{
    const revmap_rule *rule = exchange->covering;
    apr_size_t matched = 0;
    revmap_slice parts[4];

    if (!rule
        || !revmap_path_covers(revmap_public_key(rule), exchange->public_path,
                               REVMAP_READ_NORMAL, &matched)) {
        *by = "no line forwards this URL, and no rule covers it";
        return REVMAP_FORWARD_NONE;
    }
    parts[0] =
        revmap_slice_of(revmap_origin_text(r->pool, &rule->backend->origin));
    parts[1] = revmap_backend_path(rule);
    parts[2] = revmap_slice_from(exchange->public_path, matched);
    parts[3] = exchange->public_query;
    revmap_imagine_backend(r, revmap_slice_join(r->pool, parts, 4));
    *by = apr_psprintf(r->pool,
                       "no line forwards this URL; the rule on line %u of %s "
                       "covers it",
                       rule->place.line, rule->place.file);
    return REVMAP_FORWARD_RULE;
}

/* A backend URL without a path is only the origin: the path is the one that
 * the configuration says. */
static const char *take_backend(apr_pool_t *pool, const char *text,
                                request_rec *r)
{
    revmap_url url;
    revmap_reason reason =
        revmap_url_parse_backend(&url, revmap_slice_of(text));
    const char *known;

    if (reason || url.form != REVMAP_FORM_ABSOLUTE) {
        return apr_psprintf(pool,
                            "'%s' is no URL of a backend: write it like "
                            "'http://backend:8080/path'",
                            text);
    }
    if (!url.path.len && !url.suffix.len && r->filename) {
        known = strstr(r->filename, "://");
        known = known ? known + 3 + strcspn(known + 3, "/?") : "";
        text = apr_pstrcat(pool, text, known, NULL);
    }
    revmap_imagine_backend(r, text);
    return NULL;
}

static const revmap_dir_config *config_of(const request_rec *r)
{
    return ap_get_module_config(r->per_dir_config, &revmap_module);
}

static void gather(request_rec *r, revmap_facts *facts)
{
    r->status = HTTP_MOVED_TEMPORARILY;
    revmap_gather_facts(r, config_of(r), facts);
}

/* Everything that is known of the imagined request and its response. */
static const char *imagine(const revmap_question *q, request_rec *r,
                           revmap_facts *facts, revmap_answer *answer)
{
    revmap_forward how = q->asker ? revmap_imagine_running(r, q->asker)
                                  : revmap_imagine_configured(r);

    answer->backend_by = "as mod_proxy forwards this URL";
    if (how == REVMAP_FORWARD_NONE) {
        r->filename = NULL;
        gather(r, facts);
        how = turn_round(r, &facts->exchange, &answer->backend_by);
    }
    if (q->backend) {
        const char *error = take_backend(r->pool, q->backend, r);

        if (error) {
            return error;
        }
        answer->backend_by = "as you say";
        how = REVMAP_FORWARD_ASKER;
    }
    if (how != REVMAP_FORWARD_NONE) {
        gather(r, facts);
    }
    return NULL;
}

static const char *backend_text(request_rec *r, const revmap_exchange *exchange)
{
    revmap_slice parts[3];

    if (!exchange->backend) {
        return r->filename ? r->filename + strlen("proxy:") : NULL;
    }
    parts[0] = revmap_slice_of(revmap_origin_text(r->pool, exchange->backend));
    parts[1] = revmap_requested_path(exchange);
    parts[2] = revmap_requested_query(exchange);
    return revmap_slice_join(r->pool, parts, 3);
}

/* ---- the answer --------------------------------------------------------- */

static void leave(revmap_answer *answer, const char *reason, const char *why)
{
    answer->reason = reason;
    answer->why = why;
}

/* Nothing at all is mapped in some sections. */
static int is_off(const request_rec *r, revmap_answer *answer)
{
    const revmap_dir_config *config = config_of(r);

    if (config->engine == REVMAP_ENGINE_OFF) {
        leave(answer, "engine-off", "RevMapEngine is Off here");
    }
    else if (apr_table_get(r->subprocess_env, "no-revmap")) {
        leave(answer, "no-revmap", "the environment variable no-revmap is set");
    }
    else if (!config->scope && config->automatic <= REVMAP_AUTO_OFF) {
        leave(answer, "no-rules",
              "there is no rule here, and RevMapAuto is off");
    }
    return answer->reason != NULL;
}

static void evaluate(const revmap_question *q, request_rec *r,
                     const revmap_facts *facts, revmap_answer *answer)
{
    const revmap_header *header =
        revmap_header_find(config_of(r)->scope, q->header);
    revmap_outcome outcome;

    answer->value = q->value;
    if (is_off(r, answer)) {
        return;
    }
    if (header->kind == REVMAP_KIND_NONE) {
        leave(answer, "not-named", "RevMapHeader does not name this header");
        return;
    }
    revmap_header_map(&facts->exchange, revmap_slice_of(q->value), r->pool,
                      &outcome, header);
    leave(answer, revmap_reason_name(outcome.reason),
          revmap_reason_words(outcome.reason));
    answer->place = outcome.place;
    if (outcome.place) {
        answer->line = revmap_line_at(r->pool, outcome.place);
    }
    if (outcome.value) {
        answer->value = outcome.value;
        answer->is_changed = 1;
        answer->is_dry_run = config_of(r)->engine == REVMAP_ENGINE_DRY_RUN;
    }
}

const char *revmap_ask(apr_pool_t *pool, const revmap_question *question,
                       revmap_answer *answer)
{
    const char *error;
    revmap_facts facts;
    request_rec *r;
    asked a;

    memset(answer, 0, sizeof(*answer));
    error = read_url(pool, question, &a);
    if (error) {
        return error;
    }
    r = revmap_imagine(pool, question->server, &a.site, a.target);
    answer->url = apr_pstrcat(pool, site_text(pool, &a.site), a.target, NULL);
    error = imagine(question, r, &facts, answer);
    if (error) {
        return error;
    }
    if (!is_own(question->server, facts.written, &a.site)) {
        return apr_psprintf(pool,
                            "'%s' is no name of this virtual host: write the "
                            "path alone, or ask the virtual host of that name",
                            site_text(pool, &a.site));
    }
    answer->backend = backend_text(r, &facts.exchange);
    evaluate(question, r, &facts, answer);
    return NULL;
}
