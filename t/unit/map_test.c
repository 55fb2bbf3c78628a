/* SPDX-License-Identifier: Apache-2.0 */

/* The order of rules that are equal in all else: the first one wins, even if
 * it was added last, because it had to wait. */

#include "fixture.h"

static void add(revmap_map *map, const unsigned int *order,
                const char *public_side)
{
    const revmap_rule *twice;
    revmap_side_kind kind;
    revmap_side open;
    revmap_side back;

    must(revmap_side_parse_public(map->pool, &open, public_side), public_side);
    must(revmap_side_parse_backend(map->pool, &back, &kind, "http://b.test/"),
         "b.test");
    if (order) {
        revmap_map_add_at(map, *order, &open, &back, place_of_line(1), &twice);
    }
    else {
        revmap_map_add(map, &open, &back, place_of_line(2), &twice);
    }
}

static const setting empty = {.requested = "http://b.test/x",
                              .asked = "http://pub.test/other/x"};

/* Both stand in one map. */
static void check_waiting_rule(int waits)
{
    world w = world_of(&empty);
    revmap_result result;
    unsigned int order = revmap_map_take_place(w.map);

    if (!waits) {
        add(w.map, &order, "/early/");
    }
    add(w.map, NULL, "/late/");
    add(w.map, NULL, "/later/");
    if (waits) {
        add(w.map, &order, "/early/");
    }
    revmap_exchange_prepare(&w.exchange);
    is_str(evaluate(&w, "/y", REVMAP_USE_REDIRECT, &result), "/early/y",
           waits ? "the first one waited" : "the first one did not wait");
    end_world(&w);
}

/* What had to wait for the request has a map of its own in front. */
static void check_map_beside(int is_first)
{
    world w = world_of(&empty);
    revmap_result result;
    revmap_map *beside = revmap_map_create(w.pool, w.mounts);
    unsigned int order;

    if (!is_first) {
        add(w.map, NULL, "/written/");
    }
    order = revmap_map_take_place(w.map);
    if (is_first) {
        add(w.map, NULL, "/written/");
    }
    beside->completes = w.map;
    add(beside, &order, "/beside/");
    w.exchange.scope = revmap_scope_chain(w.pool, beside, w.scope);
    revmap_exchange_prepare(&w.exchange);
    is_str(evaluate(&w, "/y", REVMAP_USE_REDIRECT, &result),
           is_first ? "/beside/y" : "/written/y",
           "%s line had to wait for the request",
           is_first ? "the first" : "the second");
    end_world(&w);
}

int main(void)
{
    check_waiting_rule(0);
    check_waiting_rule(1);
    check_map_beside(0);
    check_map_beside(1);
    return done_testing();
}
