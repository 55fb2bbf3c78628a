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
#include "revmap/cookie_rule.h"
#include "revmap/noinline.h"

#include "apr_lib.h"

/* An address ends with a label that is a number, which no name does. */
static inline int is_ipv4(revmap_slice host)
{
    apr_size_t len = host.len;

    while (len && apr_isdigit(host.ptr[len - 1])) {
        len--;
    }
    return len < host.len && (!len || host.ptr[len - 1] == '.');
}

/* Is the host the domain itself, or a name below it?  An address has nothing
 * above it.  (RFC 6265 section 5.1.3) */
static inline int is_within(const revmap_origin *origin, revmap_slice domain)
{
    revmap_slice host = origin->host;
    apr_size_t more = host.len - domain.len;

    return host.len >= domain.len && !origin->is_ipv6
           && (!more || (host.ptr[more - 1] == '.' && !is_ipv4(host)))
           && revmap_same_nocase(host.ptr + more, domain.ptr, domain.len);
}

static const revmap_cookie_rule *get_domain_rule(const revmap_scope *scope,
                                                 revmap_slice lower)
{
    return revmap_index_get(scope->map->cookie_domains,
                            revmap_key_make(NULL, lower));
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

const revmap_cookie_rule *revmap_domain_rule(const revmap_scope *scope,
                                             revmap_slice domain,
                                             apr_pool_t *pool)
{
    const revmap_cookie_rule *rule = NULL;
    const char *dotted = NULL;

    while (scope && !rule) {
        if (scope->map->cookie_domains) {
            if (!dotted) {
                dotted = revmap_cookie_domain_key(pool, domain);
            }
            rule = find_domain_rule_in(scope, dotted);
        }
        scope = revmap_scope_next(scope, REVMAP_FRESH_COOKIE_DOMAINS);
    }
    return rule;
}

/* Does a rule through which the request came name such a host? */
static REVMAP_NOINLINE int is_covering_domain(const revmap_exchange *exchange,
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

int revmap_domain_is_backend(const revmap_exchange *exchange,
                             revmap_slice domain)
{
    const revmap_origin *asked = exchange->asked;
    const revmap_origin *backend = exchange->backend;

    return !(asked && is_within(asked, domain))
           && ((backend && is_within(backend, domain))
               || (exchange->covering && is_covering_domain(exchange, domain)));
}
