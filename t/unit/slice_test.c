/* SPDX-License-Identifier: Apache-2.0 */

/* Slices: what is asked eight bytes at a time is so for each of them. */

#include "fixture.h"

/* Each byte in each place of a text. */
static int count_wrong(char *text, size_t len)
{
    int wrong = 0;
    size_t i;

    for (i = 0; i < len; i++) {
        char kept = text[i];
        int c;

        for (c = 0; c < 256; c++) {
            text[i] = (char)c;
            wrong += revmap_slice_has_control(revmap_slice_make(text, len))
                     != (c < 0x20 || c == 0x7F);
        }
        text[i] = kept;
    }
    return wrong;
}

static void check_control(void)
{
    static const char *const texts[] = {
        "abcdefgh~ ijklmnop!@qrstuvwxyz0123456",
        "abcdefgh\x80 ijklmnop\xFFqrstuvwxyz0123456",
    };
    int wrong = 0;
    size_t len;
    size_t i;

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        for (len = 1; len <= 33; len++) {
            char *text = exact_mem(texts[i], len);

            wrong += count_wrong(text, len);
            free(text);
        }
    }
    is_int(wrong, 0, "a control byte is seen wherever it stands");
    is_int(revmap_slice_has_control(REVMAP_LITERAL("")), 0, "none in nothing");
}

static void check_nocase(void)
{
    is_int(revmap_slice_equal_nocase(REVMAP_LITERAL("Path"),
                                     REVMAP_LITERAL("pATH")),
           1, "letters by whatever case");
    is_int(
        revmap_slice_equal_nocase(REVMAP_LITERAL("a["), REVMAP_LITERAL("A{")),
        0, "nothing but letters");
    is_int(revmap_slice_equal_nocase(REVMAP_LITERAL("Path"),
                                     REVMAP_LITERAL("Pat")),
           0, "another length");
}

int main(void)
{
    check_control();
    check_nocase();
    return done_testing();
}
