/* SPDX-License-Identifier: Apache-2.0 */

/* As much of JSON as the public vectors need. */

#ifndef JSON_H
#define JSON_H

#include "apr_pools.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* @return all of a file, or NULL if it is not there */
static inline const char *read_all(apr_pool_t *pool, const char *file)
{
    FILE *in = fopen(file, "rb");
    char *text;
    size_t len;

    if (!in) {
        return NULL;
    }
    text = apr_palloc(pool, 4000000);
    len = fread(text, 1, 3999999, in);
    text[len] = '\0';
    fclose(in);
    return text;
}

static inline char *put_utf8(char *to, unsigned long c)
{
    if (c < 0x80) {
        *to++ = (char)c;
    }
    else if (c < 0x800) {
        *to++ = (char)(0xC0 | c >> 6);
        *to++ = (char)(0x80 | (c & 0x3F));
    }
    else {
        *to++ = (char)(0xE0 | c >> 12);
        *to++ = (char)(0x80 | (c >> 6 & 0x3F));
        *to++ = (char)(0x80 | (c & 0x3F));
    }
    return to;
}

/* Read a JSON string whose first quote is behind us; surrogates become odd
 * bytes, which is as good for our purpose. */
static inline const char *read_string(const char **from, char *to, int *has_nul)
{
    static const char plain[] = "\"\\/bfnrt";
    static const char meant[] = "\"\\/\b\f\n\r\t";
    const char *begin = to;
    const char *p = *from;

    while (*p && *p != '"') {
        if (*p != '\\') {
            *to++ = *p++;
        }
        else if (p[1] == 'u') {
            char hex[5] = {p[2], p[3], p[4], p[5], '\0'};
            unsigned long c = strtoul(hex, NULL, 16);

            *has_nul |= !c;
            to = put_utf8(to, c);
            p += 6;
        }
        else {
            const char *found = strchr(plain, p[1]);

            *to++ = found ? meant[found - plain] : p[1];
            p += 2;
        }
    }
    *to = '\0';
    *from = p + (*p == '"');
    return begin;
}

/* One step through a text: what it is by its first byte, "k" for the key of a
 * member and "s" for any other string. */
typedef struct json_token {
    char type;
    const char *text;
} json_token;

static inline int next_token(apr_pool_t *pool, const char **from,
                             json_token *token)
{
    const char *p = *from + strspn(*from, " \t\r\n,:");
    int has_nul = 0;

    token->type = *p;
    token->text = NULL;
    if (*p == '"') {
        const char *begin = ++p;

        token->text = read_string(
            &p, apr_palloc(pool, strcspn(begin, "\n") * 3 + 8), &has_nul);
        token->type = *p == ':' ? 'k' : 's';
    }
    else if (*p && strchr("{}[]", *p)) {
        p++;
    }
    else {
        p += strcspn(p, " \t\r\n,:{}[]");
    }
    *from = p;
    return token->type != '\0';
}

#endif /* JSON_H */
