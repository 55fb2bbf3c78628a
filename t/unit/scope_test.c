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

/* Sections inside one another, and the errors of sides that only the
 * directives would see. */

#include "fixture.h"

static void test_chain(apr_pool_t *pool)
{
    revmap_mounts *mounts = revmap_mounts_create(pool);
    revmap_map *a = revmap_map_create(pool, mounts);
    revmap_map *b = revmap_map_create(pool, mounts);
    revmap_map *c = revmap_map_create(pool, mounts);
    const revmap_scope *outer = revmap_scope_chain(pool, a, NULL);
    const revmap_scope *inner =
        revmap_scope_chain(pool, c, revmap_scope_chain(pool, b, NULL));
    const revmap_scope *all = revmap_scope_merge(pool, inner, outer);

    ok(revmap_scope_chain(pool, NULL, outer) == outer, "no map, no link");
    ok(!revmap_scope_chain(pool, NULL, NULL), "nothing at all");
    ok(all->map == c && all->outer->map == b && all->outer->outer->map == a
           && !all->outer->outer->outer,
       "the inner section comes first");
    ok(!inner->outer->outer && !outer->outer, "neither has changed");
    ok(revmap_scope_merge(pool, NULL, outer) == outer
           && revmap_scope_merge(pool, inner, NULL) == inner
           && !revmap_scope_merge(pool, NULL, NULL),
       "with nothing on one side the other one is taken");

    b->fresh |= REVMAP_FRESH_RULES;
    ok(revmap_scope_next(all, REVMAP_FRESH_RULES)->map == b
           && !revmap_scope_next(all->outer, REVMAP_FRESH_RULES)
           && revmap_scope_next(all->outer, REVMAP_FRESH_QUERY)->map == a,
       "\"none\" ends what is inherited, of one kind");
}

static unsigned int held_by(const setting *set)
{
    world w = world_of(set);
    unsigned int holds = w.exchange.holds;

    end_world(&w);
    return holds;
}

static void test_holds(apr_pool_t *pool)
{
    static const setting nothing = {.lines = {"/p/ http://b.test/"}};
    static const setting outer = {
        .lines = {"/p/ /app/", "cookiepath /app/ /p/", "<inner>",
                  "cookiedomain b.test remove"},
    };
    static const setting fresh = {
        .lines = {"/p/ /app/", "cookiepath /app/ /p/", "<inner>", "none"},
    };
    static const setting beside = {
        .lines = {"/p/ /app/", "<inner>", "none", "/q/ /other/"},
    };
    revmap_map *map = revmap_map_create(pool, revmap_mounts_create(pool));

    is_int(revmap_scope_holds(NULL), 0, "no sections hold nothing");
    is_int(held_by(&nothing), 0, "a rule with two sides is nothing special");
    is_int(held_by(&outer),
           REVMAP_HOLDS_BARE | REVMAP_HOLDS_COOKIE_PATHS
               | REVMAP_HOLDS_COOKIE_DOMAINS,
           "the sections hold it together");
    is_int(held_by(&fresh), REVMAP_HOLDS_COOKIE_PATHS,
           "\"none\" ends rules alone");
    is_int(held_by(&beside), REVMAP_HOLDS_BARE, "not those beside it");

    must(revmap_query_add(map, "next"), "next");
    is_int(map->holds, REVMAP_HOLDS_QUERY, "a name");
    revmap_map_start_afresh(map, REVMAP_FRESH_QUERY);
    is_int(map->holds, 0, "forgotten");
}

static int is_public(const setting *set, const char *site)
{
    world w = world_of(set);
    const revmap_origin *origin = origin_of_text(w.pool, site);
    int answer = revmap_scope_is_public_host(w.scope, origin);

    end_world(&w);
    return answer;
}

static void test_public_hosts(void)
{
    static const setting set = {
        .lines = {"https://outer.test/p/ http://b.test/", "<inner>",
                  "http://inner.test:8080/p/ http://c.test/", "/q/ http://d/"},
        .requested = "http://b.test/x",
        .asked = "https://outer.test/p/x",
    };
    static const setting fresh = {
        .lines = {"https://outer.test/p/ http://b.test/", "<inner>", "none",
                  "http://inner.test/p/ http://c.test/"},
        .requested = "http://b.test/x",
        .asked = "https://outer.test/p/x",
    };

    ok(is_public(&set, "https://outer.test"), "of the outer section");
    ok(is_public(&set, "http://outer.test:81"), "by any scheme and port");
    ok(is_public(&set, "http://INNER.test"), "of the inner section");
    ok(!is_public(&set, "http://b.test"), "not that of a backend");
    ok(!is_public(&set, "http://x.outer.test"), "not one below it");
    ok(!is_public(&set, "http://outer.tes"), "not its beginning");
    ok(!is_public(&fresh, "http://outer.test"), "\"none\" ends it");
    ok(is_public(&fresh, "http://inner.test"), "but what follows counts");
}

static const char *rewrite_error(apr_pool_t *pool, const char *side, int groups)
{
    revmap_rewrite made;
    const char *error;

    memset(&made, 0, sizeof(made));
    error = revmap_rewrite_parse(pool, &made, side, groups);
    return error ? error : "";
}

static void test_errors(apr_pool_t *pool)
{
    revmap_side side;
    revmap_side_kind kind;

    ok(strstr(rewrite_error(pool, "https://www.test$1", 1),
              "'https://www.test$1' continues the host with '$1'")
           != NULL,
       "a group at the end of a host");
    is_str(rewrite_error(pool, "https://www.$1", 1), "", "a group as a label");
    is_str(rewrite_error(pool, "https://$1/x", 1), "", "a group as the host");
    is_str(rewrite_error(pool, "https://www.test/$1", 1), "",
           "a group as the path");
    ok(revmap_side_parse_backend(pool, &side, &kind, "balancer://c/x") != NULL,
       "a balancer is no backend side of the engine");
}

int main(void)
{
    apr_pool_t *pool = new_pool();

    test_chain(pool);
    test_holds(pool);
    test_public_hosts();
    test_errors(pool);
    apr_pool_destroy(pool);
    return done_testing();
}
