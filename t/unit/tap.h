/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Unit tests speak TAP, so that prove runs them like the .t files:
 *
 *     int main(void)
 *     {
 *         ok(1 + 1 == 2, "adds up");
 *         is_str(f("x"), "y", "f of %s", "x");
 *         return done_testing();
 *     }
 */

#ifndef TAP_H
#define TAP_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int tap_count;
static int tap_failed;

/* Values and names may hold any byte; TAP is lines of text. */
static inline void tap_print(FILE *out, const char *s)
{
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;

        if (c < ' ' || c > '~' || c == '#') {
            fprintf(out, "\\x%02X", c);
        }
        else {
            fputc(c, out);
        }
    }
}

static inline int tap_result(int passed, const char *file, int line,
                             const char *format, va_list args)
{
    char name[512];

    vsnprintf(name, sizeof(name), format, args);
    printf("%sok %d - ", passed ? "" : "not ", ++tap_count);
    tap_print(stdout, name);
    putchar('\n');
    /* What a crash would otherwise leave in the buffer. */
    fflush(stdout);
    if (!passed) {
        tap_failed++;
        fprintf(stderr, "# failed at %s:%d: ", file, line);
        tap_print(stderr, name);
        fputc('\n', stderr);
    }
    return passed;
}

static inline int tap_ok(const char *file, int line, int passed,
                         const char *format, ...)
{
    va_list args;

    va_start(args, format);
    passed = tap_result(passed != 0, file, line, format, args);
    va_end(args);
    return passed;
}

static inline void tap_value(const char *label, const char *value)
{
    fprintf(stderr, "#   %s: ", label);
    if (value) {
        fputc('\'', stderr);
        tap_print(stderr, value);
        fputs("'\n", stderr);
    }
    else {
        fputs("NULL\n", stderr);
    }
}

/* NULL is a value like any other: it is only equal to itself. */
static inline int tap_is_str(const char *file, int line, const char *got,
                             const char *expected, const char *format, ...)
{
    int passed = got && expected ? !strcmp(got, expected) : got == expected;
    va_list args;

    va_start(args, format);
    tap_result(passed, file, line, format, args);
    va_end(args);
    if (!passed) {
        tap_value("     got", got);
        tap_value("expected", expected);
    }
    return passed;
}

static inline int tap_is_int(const char *file, int line, long got,
                             long expected, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    tap_result(got == expected, file, line, format, args);
    va_end(args);
    if (got != expected) {
        fprintf(stderr, "#        got: %ld\n#   expected: %ld\n", got,
                expected);
    }
    return got == expected;
}

#define ok(...) tap_ok(__FILE__, __LINE__, __VA_ARGS__)
#define is_str(...) tap_is_str(__FILE__, __LINE__, __VA_ARGS__)
#define is_int(...) tap_is_int(__FILE__, __LINE__, __VA_ARGS__)

/* What main returns. The plan comes last: nobody has to count. */
static inline int done_testing(void)
{
    printf("1..%d\n", tap_count);
    return tap_failed || !tap_count;
}

/*
 * A copy in a block of exactly its size: a sanitizer sees a read beyond its
 * end, which it would not in the middle of an APR pool. free() it.
 */
static inline char *exact_mem(const char *s, size_t length)
{
    char *block = malloc(length ? length : 1);

    if (!block) {
        abort();
    }
    memcpy(block, s, length);
    return block;
}

/* The same for a string, with its final NUL as the last byte. */
static inline char *exact(const char *s)
{
    return exact_mem(s, strlen(s) + 1);
}

#endif /* TAP_H */
