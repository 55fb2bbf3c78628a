/* SPDX-License-Identifier: Apache-2.0 */

/* The Link field: targets, anchor, imagesrcset (RFC 8288). */

#include "field.h"

#include "revmap/link.h"

/* clang-format off */

#define B "http://b.test:8080/"
#define P "https://www.test/p/"

static const setting site = {
    .lines = {"/p/ " B},
    .requested = B "items",
    .asked = P "items",
    .own = "https://www.test",
    .is_200 = 1,
};

static const field fields[] = {
    {"absolute stays absolute", "<" B "items?page=2>; rel=next",
     "<" P "items?page=2>; rel=next", REVMAP_MAPPED},
    {"a path stays a path", "</items?page=2>; rel=next",
     "</p/items?page=2>; rel=next", REVMAP_MAPPED},
    {"network-path", "<//b.test:8080/x>", "<" P "x>", 0},
    {"no parameter", "<" B ">", "<" P ">", 0},
    {"relative reads right", "<x>; rel=next", "=", REVMAP_READS_RIGHT},
    {"relative that leaves", "<../../x>", "</p/x>", 0},
    {"foreign", "<http://other.test/>; rel=next", "=", REVMAP_FOREIGN},
    {"only a query", "<?page=2>; rel=next", "=", REVMAP_READS_RIGHT},
    {"already public", "<" P "x>", "=", REVMAP_ASKED_HOST},
    {"nothing", "", "=", REVMAP_NOTHING},
    {"nothing", " ", "=", REVMAP_NOTHING},
    {"nothing", ", ,\t,", "=", REVMAP_NOTHING},
    {"empty target", "<>", "=", REVMAP_SAME_DOCUMENT},
    {"empty target", "<>; rel=next, <" B "x>; rel=prev",
     "<>; rel=next, <" P "x>; rel=prev", REVMAP_MAPPED},
    {"empty target", "< >; rel=next", "=", REVMAP_SAME_DOCUMENT},
    {"the reason of the first", "<http://other.test/>, <>", "=",
     REVMAP_FOREIGN},
    {"the reason of the first", "<>, <http://other.test/>", "=",
     REVMAP_SAME_DOCUMENT},

    {"two", "<" B "1>; rel=prev, <" B "3>; rel=next",
     "<" P "1>; rel=prev, <" P "3>; rel=next", 0},
    {"two, no blanks", "<" B "1>,<" B "3>", "<" P "1>,<" P "3>", 0},
    {"two of three", "<" B "1>;rel=a,<http://o.test/>;rel=b,</c>;rel=c",
     "<" P "1>;rel=a,<http://o.test/>;rel=b,</p/c>;rel=c", 0},
    {"empty elements", ",, <" B "1> ,, ,\t<" B "3>,",
     ",, <" P "1> ,, ,\t<" P "3>,", 0},
    {"blanks", "\t< " B "1 > \t; \trel \t= \tnext \t,\t<\t" B "2\t>\t",
     "\t< " P "1 > \t; \trel \t= \tnext \t,\t<\t" P "2\t>\t", 0},
    {"empty parameters", "<" B "1>;;; ;rel=next; ,<" B "2>;",
     "<" P "1>;;; ;rel=next; ,<" P "2>;", 0},
    {"parameters without value", "<" B "1>;crossorigin;x , <" B "2>; y",
     "<" P "1>;crossorigin;x , <" P "2>; y", 0},
    {"an empty value", "<" B "1>; rel=, <" B "2>; title=;a=\"\"",
     "<" P "1>; rel=, <" P "2>; title=;a=\"\"", 0},
    {"extended values", "</a>; title*=UTF-8'de'n%c3%a4chstes, </b>",
     "</p/a>; title*=UTF-8'de'n%c3%a4chstes, </p/b>", 0},
    {"commas in URLs", "</a,b;c=\"d,</e>; rel=next, </f>",
     "=", REVMAP_NOTHING},
    {"commas in URLs", "</a,b;c=\"d,e>; rel=next, </f,>",
     "</p/a,b;c=\"d,e>; rel=next, </p/f,>", 0},
    {"a blank in a URL", "</my file>", "</p/my file>", 0},
    {"a backslash in a query", "</x?a\\b>", "</p/x?a\\b>", 0},
    {"a backslash in a path", "</x\\..\\y>, <//evil.test\\@b.test:8080/>",
     "=", REVMAP_BAD_BACKSLASH},

    {"rel never", "</a>; rel=\"next " B "rel\"; rev=\"" B "\"",
     "</p/a>; rel=\"next " B "rel\"; rev=\"" B "\"", 0},
    {"other parameters never", "<#x>; type=" B "; title=\"" B "\"", "=",
     REVMAP_SAME_DOCUMENT},
    {"delimiters in quotes",
     "</a>; title=\"</x>, \\\"</y>; anchor=/z\\\\\"; rel=next, </b>",
     "</p/a>; title=\"</x>, \\\"</y>; anchor=/z\\\\\"; rel=next, </p/b>", 0},

    {"anchor", "</a>; anchor=\"/b\"; rel=x", "</p/a>; anchor=\"/p/b\"; rel=x",
     0},
    {"anchor alone", "<#x>; anchor=\"" B "b\"", "<#x>; anchor=\"" P "b\"", 0},
    {"anchor in capitals", "<>;ANCHOR = \"/b\"", "<>;ANCHOR = \"/p/b\"", 0},
    {"anchor, blanks", "<>;anchor=\" /b\t\"", "<>;anchor=\" /p/b\t\"", 0},
    {"anchor, bare", "<>;anchor=/b ;x, <>; anchor=" B "c",
     "<>;anchor=/p/b ;x, <>; anchor=" P "c", 0},
    {"anchor, twice", "<>;anchor=\"/b\";anchor=/c",
     "<>;anchor=\"/p/b\";anchor=/p/c", 0},
    {"anchor, empty", "<>;anchor=\"\";anchor=;anchor", "=",
     REVMAP_SAME_DOCUMENT},
    {"anchor, fragment", "</a>; anchor=\"#foo\"", "</p/a>; anchor=\"#foo\"",
     0},
    {"not quite anchor", "<>;anchor*=\"/b\";anchors=/b;xanchor=/b", "=", 0},
    {"escapes behind the path", "<>;anchor=\"/b#a\\\"0\\\\\"; anchor=/c",
     "<>;anchor=\"/p/b#a\\\"0\\\\\"; anchor=/p/c", 0},
    {"escapes in the path", "</a>;anchor=\"/b\\c\"", "</p/a>;anchor=\"/b\\c\"",
     0},
    {"escapes in the path", "<>;anchor=\"/b\\\"c\", <>;anchor=\"/d\"",
     "<>;anchor=\"/b\\\"c\", <>;anchor=\"/p/d\"", 0},

    {"imagesrcset", "<1.png>; imagesrcset=\"/1.png 1x, " B "2.png 2x\"",
     "<1.png>; imagesrcset=\"/p/1.png 1x, " P "2.png 2x\"", 0},
    {"imagesrcset, one", "<>; imagesrcset=\"/1.png\"",
     "<>; imagesrcset=\"/p/1.png\"", 0},
    {"imagesrcset, bare", "<>; imagesrcset=/1.png 2x;as=image",
     "<>; imagesrcset=/p/1.png 2x;as=image", 0},
    {"imagesrcset, in capitals", "<>; ImageSrcSet=\"/1.png\"",
     "<>; ImageSrcSet=\"/p/1.png\"", 0},
    {"imagesrcset, commas", "<>; imagesrcset=\" ,/1,2.png,, /3.png\t2x,/4,\"",
     "<>; imagesrcset=\" ,/p/1,2.png,, /p/3.png\t2x,/p/4,\"", 0},
    {"imagesrcset, no blank behind the comma",
     "<>; imagesrcset=\"/1.png 1x,/2.png 2x\"",
     "<>; imagesrcset=\"/p/1.png 1x,/p/2.png 2x\"", 0},
    {"imagesrcset, parentheses",
     "<>; imagesrcset=\"/1.png f(a, /x 2x)b(,),/2.png (\"",
     "<>; imagesrcset=\"/p/1.png f(a, /x 2x)b(,),/p/2.png (\"", 0},
    {"imagesrcset, open parenthesis",
     "<>; imagesrcset=\"/1.png f(a, /x 2x\"; anchor=/y",
     "<>; imagesrcset=\"/p/1.png f(a, /x 2x\"; anchor=/p/y", 0},
    {"imagesrcset, closing parenthesis",
     "<>; imagesrcset=\"/1.png ),/2.png )))(, /3\"",
     "<>; imagesrcset=\"/p/1.png ),/p/2.png )))(, /3\"", 0},
    {"imagesrcset, escapes", "<>; imagesrcset=\"/1?\\\"\\\\ 1x, /a\\\\b, /c\"",
     "<>; imagesrcset=\"/p/1?\\\"\\\\ 1x, /a\\\\b, /p/c\"", 0},
    {"imagesrcset, nothing", "</>; imagesrcset=\" , \"; imagesrcset=\"\"",
     "</p/>; imagesrcset=\" , \"; imagesrcset=\"\"", 0},
    {"imagesizes is no URL", "<>; imagesizes=/x", "=", 0},

    {"up to the error: no '<'", "x, </a>", "=", REVMAP_NOTHING},
    {"up to the error: no '<'", "</a>, b, </c>", "</p/a>, b, </c>", 0},
    {"up to the error: no '>'", "</a>, </b", "</p/a>, </b", 0},
    {"up to the error: '<' in '<'", "</a>, </b, </c>", "</p/a>, </b, </c>",
     0},
    {"up to the error: text", "</a> x; anchor=/b, </c>",
     "</p/a> x; anchor=/b, </c>", 0},
    {"up to the error: quote", "</a>\"; anchor=/b\", </c>",
     "</p/a>\"; anchor=/b\", </c>", 0},
    {"up to the error: open quote", "</a>; title=\"</b>, </c>",
     "</p/a>; title=\"</b>, </c>", 0},
    {"up to the error: open quote", "</a>; anchor=\"/b", "</p/a>; anchor=\"/b",
     0},
    {"up to the error: escaped quote", "</a>; anchor=\"/b\\\"",
     "</p/a>; anchor=\"/b\\\"", 0},
    {"up to the error: escape at the end", "</a>; anchor=\"/b\\",
     "</p/a>; anchor=\"/b\\", 0},
    {"up to the error: behind a quote", "</a>; x=\"y\"z, </b>",
     "</p/a>; x=\"y\"z, </b>", 0},
    {"up to the error: two names", "</a>; x y=z, </b>",
     "</p/a>; x y=z, </b>", 0},
    {"up to the error: no name", "</a>; =z, </b>", "</p/a>; =z, </b>", 0},
    {"up to the error: a quote inside", "</a>; anchor=/b\"</c>, </d>\"",
     "</p/a>; anchor=/b\"</c>, </d>\"", 0},
    {"up to the error: '<' inside", "</a>; anchor=/x</c>, </d>",
     "</p/a>; anchor=/x</c>, </d>", 0},
    {"up to the error: '<' for a name", "</a>; </b>, </c>",
     "</p/a>; </b>, </c>", 0},
    {"up to the error: '='", "</a>; x=\"=\"=, </c>", "</p/a>; x=\"=\"=, </c>",
     0},

    {"control byte", "</a>; title=\"\x01\"", "=", REVMAP_BAD_BYTE},
    {"control byte", "</a>, </b>\r\n", "=", REVMAP_BAD_BYTE},
    {"control byte", "\x7F</a>", "=", REVMAP_BAD_BYTE},
    {"TAB inside", "</a\tb>", "=", REVMAP_BAD_BYTE},
    {"bytes above", "</\xC3\xA4>; title=\"\xFF\"",
     "</p/\xC3\xA4>; title=\"\xFF\"", 0},
};

/* The public side is the root: what was a path must not become a host. */
static const setting root = {
    .lines = {"/ " B "app/"},
    .requested = B "app/items",
    .asked = "https://www.test/items",
    .own = "https://www.test",
};

static const field guarded[] = {
    {"two slashes", "</app//evil.test/>", "</.//evil.test/>", 0},
    {"Firefox takes out the blank", "</app/ /evil.test/>",
     "</./ /evil.test/>", 0},
    {"Firefox takes out all blanks", "</app/   /evil.test/>",
     "</./   /evil.test/>", 0},
    {"a blank", "</app/ x/>", "</ x/>", 0},
    {"an origin", "<" B "app//x>", "<https://www.test//x>", 0},
};

/* What is written must not end where the URL stands. */
static const setting odd = {
    .lines = {"/a,b;c/ /x/", "rewrite /q(/.*) /y?a=\"b\">$1"},
    .requested = B "items",
    .asked = P "items",
    .own = "https://www.test",
};

static const field unfit[] = {
    {"in <>", "</x/1>", "</a,b;c/1>", 0},
    {"in quotes", "<>; anchor=\"/x/1\"", "<>; anchor=\"/a,b;c/1\"", 0},
    {"bare", "<#>; anchor=/x/1, </x/1>", "<#>; anchor=/x/1, </a,b;c/1>", 0},
    {"bare", "<http://o.test/>; anchor=/x/1", "=", REVMAP_FOREIGN},
    {"a query with '>'", "</q/1>", "=", REVMAP_UNFIT},
    {"a query with '\"'", "</x/1>; anchor=\"/q/1\"",
     "</a,b;c/1>; anchor=\"/q/1\"", 0},
};

/* clang-format on */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void check_place(void)
{
    setting set = site;
    revmap_outcome outcome;
    world w;

    set.lines[1] = "/s/ http://s.test/";
    w = world_of(&set);
    map_field(&w, revmap_link_map, "<>, <http://s.test/>, <" B ">", &outcome);
    is_int(outcome.place->line, 2, "the line of the first that changed");
    map_field(&w, revmap_link_map, "<>, <" B ">, <http://s.test/>", &outcome);
    is_int(outcome.place->line, 1, "the line of the first that changed");
    end_world(&w);
}

static void check_many(void)
{
    world w = world_of(&site);
    char *value = repeated("<" B "items>; rel=\"next\", ", 10000);
    char *expected = repeated("<" P "items>; rel=\"next\", ", 10000);
    revmap_outcome outcome;

    ok(!strcmp(map_field(&w, revmap_link_map, value, &outcome), expected),
       "10,000 link-values");
    free(value);
    free(expected);
    end_world(&w);
}

static void check_costs(void)
{
    static const char *const texts[] = {
        ",",        ";",          "<",     "<>",       "<>,",    "<>;",
        ";a",       ";a=",        ";a=\"", "<>;a=\"<", "\\",     "\\\"",
        "<a>,",     "</a>;x=\"",  " ",     "= ",       "<>\t;,", "(",
        "a (b),c ", ";anchor=/a", "/a, ",  ",/a",
    };
    static const char *const heads[] = {
        "", "<", "<>;", "<>;x=\"", "<>;imagesrcset=\"",
    };
    size_t i;
    size_t j;

    for (i = 0; i < COUNT(texts); i++) {
        for (j = 0; j < COUNT(heads); j++) {
            check_linear(&site, revmap_link_map, heads[j], texts[i]);
        }
    }
    check_no_allocation(&site, revmap_link_map,
                        "<http://o.test/>; rel=next; anchor=\"#x\", <#a>;"
                        "imagesrcset=\"http://o.test/1 1x, //o.test/2\"");
}

static void check_odd(void)
{
    static const char *const pieces[] = {
        "<",
        ">",
        "\"",
        "\\",
        ",",
        ";",
        "=",
        " ",
        "<" B,
        B,
        "anchor",
        "anchor=",
        "\t",
        "rel",
        "<" B ">",
        "(",
        "imagesrcset",
        "imagesrcset=\"",
        B "x 2x",
        "; ",
        "<#>; ",
        ")",
        "http://o.test/",
    };
    setting set = site;

    /* A path alone must not be one that could be written otherwise. */
    set.lines[0] = P " " B;
    set.requested = B;
    set.asked = P;
    check_random(&set, revmap_link_map, pieces, COUNT(pieces), P);
}

/* ---- public vectors ----------------------------------------------------- */

/* One Link field and what it holds, if that is said. */
typedef struct vector {
    const char *header;
    apr_array_header_t *targets;
    int valid;
} vector;

static int placed;

static const char *const identity_lines[] = {
    "/ http://www.test/",
    "https://api.github.com/ https://api.github.com/",
    "http://example.com/ http://example.com/",
    "http://wut.com/ http://wut.com/",
    "https://letsencrypt.org/ https://letsencrypt.org/",
    "http://www.w3.org/TR/ http://www.w3.org/TR/",
};

static void check_identity(const char *value)
{
    setting set = {
        .requested = "http://www.test/dir/page",
        .asked = "http://www.test/dir/page",
        .own = "http://www.test",
    };
    revmap_outcome outcome;
    world w;

    memcpy(set.lines, identity_lines, sizeof(identity_lines));
    w = world_of(&set);
    is_str(map_field(&w, revmap_link_map, value, &outcome), "=",
           "identity of '%s'", value);
    end_world(&w);
}

/* Each target becomes a URL of the backend; `to` replaces it afterwards. */
static const char *place_at_targets(apr_pool_t *pool, const vector *v,
                                    const char *to)
{
    const char *header = v->header;
    size_t done = 0;
    int i;

    for (i = 0; i < v->targets->nelts; i++) {
        const char *target = APR_ARRAY_IDX(v->targets, i, const char *);
        const char *at = strchr(header + done, '<');

        at = strstr(at, target);
        done = (size_t)(at - header) + strlen(to);
        header = replace_one(pool, header, at, target, to);
    }
    return header;
}

/* Only what is put there is mapped, whatever else is in the field. */
static void check_placed(const char *ours, const char *theirs)
{
    setting set = site;
    world w;
    revmap_outcome outcome;

    set.lines[0] = "/p/n/ " B "n/";
    w = world_of(&set);
    is_str(map_field(&w, revmap_link_map, ours, &outcome), theirs, "'%s'",
           ours);
    placed++;
    end_world(&w);
}

static void check_vector(apr_pool_t *pool, const vector *v)
{
    if (v->header && v->valid && v->targets && v->targets->nelts) {
        check_placed(place_at_targets(pool, v, B "n/t?u,v;w"),
                     place_at_targets(pool, v, P "n/t?u,v;w"));
    }
}

/* A line of a file: "Link: <...>...", here with its own targets. */
static void check_line(apr_pool_t *pool, const char *line)
{
    const char *square = "resources/square.png";
    vector v = {line + 6, apr_array_make(pool, 2, sizeof(char *)), 1};
    const char *at = v.header;

    if (strncmp(line, "Link: ", 6)) {
        return;
    }
    check_identity(v.header);
    if (strstr(line, "imagesrcset")) {
        check_placed(replace_all(pool, v.header, square, B "n/s.png"),
                     replace_all(pool, v.header, square, P "n/s.png"));
        return;
    }
    while ((at = strchr(at, '<')) != NULL) {
        APR_ARRAY_PUSH(v.targets, const char *) =
            apr_pstrndup(pool, at + 1, strcspn(at + 1, ">"));
        at++;
    }
    check_vector(pool, &v);
}

static void keep_string(apr_pool_t *pool, vector *v, const char *key,
                        const char *text)
{
    check_identity(text);
    if (!key) {
        check_line(pool, text);
    }
    else if (!strcmp(key, "header")) {
        v->header = text;
    }
    else if (!strcmp(key, "targets")) {
        if (!v->targets) {
            v->targets = apr_array_make(pool, 4, sizeof(char *));
        }
        APR_ARRAY_PUSH(v->targets, const char *) = text;
    }
}

static void read_vectors(apr_pool_t *pool, const char *from)
{
    const char *key = NULL;
    json_token token;
    vector v;

    while (next_token(pool, &from, &token)) {
        if (token.type == '{') {
            memset(&v, 0, sizeof(v));
            v.valid = 1;
        }
        else if (token.type == '}') {
            check_vector(pool, &v);
        }
        else if (token.type == 'k') {
            key = token.text;
        }
        else if (token.type == 's') {
            keep_string(pool, &v, key, token.text);
        }
        else if (token.type == 'f' && key && !strcmp(key, "valid")) {
            v.valid = 0;
        }
    }
}

static void check_vectors(void)
{
    static const char *const files[] = {
        "chromium-link_header_util.json",
        "npm-ruby-go-packages.json",
        "rfc8288-section-3.5.json",
        "wpt-link-field-lines.json",
    };
    apr_pool_t *pool = new_pool();
    int found = 0;
    size_t i;

    for (i = 0; i < COUNT(files); i++) {
        const char *text = read_all(
            pool, apr_pstrcat(pool, "../shared/vectors/link/", files[i], NULL));

        if (text) {
            found++;
            read_vectors(pool, text);
        }
    }
    ok(!found || placed > 80, "%d vectors of %d files", placed, found);
    apr_pool_destroy(pool);
}

int main(void)
{
    check_fields(&site, revmap_link_map, fields, COUNT(fields));
    check_fields(&root, revmap_link_map, guarded, COUNT(guarded));
    check_fields(&odd, revmap_link_map, unfit, COUNT(unfit));
    check_place();
    check_many();
    check_costs();
    check_odd();
    check_vectors();
    return done_testing();
}
