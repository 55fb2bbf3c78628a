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

#include "revmap/cookie_domain.h"
#include "revmap/cookie.h"

#include "apr_lib.h"

/* Is the host the domain itself, or a name below it?  An address has nothing
 * above it.  (RFC 6265 section 5.1.3) */
static inline int is_within(const revmap_origin *origin, revmap_slice domain)
{
    revmap_slice host = origin->host;
    apr_size_t more = host.len - domain.len;

    return host.len >= domain.len && !origin->is_ipv6
           && (!more
               || (host.ptr[more - 1] == '.'
                   && !apr_isdigit(host.ptr[host.len - 1])))
           && revmap_same_nocase(host.ptr + more, domain.ptr, domain.len);
}

static const revmap_cookie_rule *get_domain_rule(const revmap_scope *scope,
                                                 revmap_slice lower)
{
    revmap_key key;

    key.origin = NULL;
    key.path = lower;
    return revmap_index_get(scope->map->cookie_domains, key);
}

/* Exactly this host, else the longest ".suffix" of it. */
static const revmap_cookie_rule *find_domain_rule_in(const revmap_scope *scope,
                                                     const char *dotted)
{
    const revmap_cookie_rule *rule =
        get_domain_rule(scope, revmap_slice_of(dotted + 1));

    while (!rule && dotted) {
        rule = get_domain_rule(scope, revmap_slice_of(dotted));
        dotted = strchr(dotted + 1, '.');
    }
    return rule;
}

const revmap_cookie_rule *revmap_domain_rule_in(const revmap_scope *lines,
                                                revmap_slice domain,
                                                apr_pool_t *pool)
{
    const char *dotted = revmap_cookie_domain_key(pool, domain);
    const revmap_cookie_rule *rule = NULL;

    for (; lines && !rule;
         lines = revmap_scope_next(lines, REVMAP_FRESH_COOKIE_DOMAINS)) {
        if (lines->map->cookie_domains) {
            rule = find_domain_rule_in(lines, dotted);
        }
    }
    return rule;
}

/* Does a rule through which the request came name such a host? */
static int is_covering_domain(const revmap_exchange *exchange,
                              revmap_slice domain)
{
    revmap_names names;
    const revmap_origin *name;

    revmap_names_init(&names, exchange);
    while ((name = revmap_names_covering(&names)) != NULL) {
        if (is_within(name, domain)) {
            return 1;
        }
    }
    return 0;
}

/* The backend's own host or one above it: for the browser it names nobody. */
static int is_backend_domain(const revmap_exchange *exchange,
                             revmap_slice domain)
{
    return (exchange->backend && is_within(exchange->backend, domain))
           || (exchange->covering && is_covering_domain(exchange, domain));
}

int revmap_domains_go(const revmap_exchange *exchange, revmap_slice last,
                      apr_pool_t *pool, const revmap_place **place)
{
    const revmap_cookie_rule *rule =
        revmap_domain_rule(exchange->scope, last, pool);

    if (rule) {
        *place = &rule->place;
        return !rule->public_side;
    }
    return !(exchange->asked && is_within(exchange->asked, last))
           && is_backend_domain(exchange, last);
}
