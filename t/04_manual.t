# SPDX-License-Identifier: Apache-2.0
#
# The configurations in docs/mod_revmap.md: `httpd -t` takes each of them as it
# stands there, alone, and has no warning about it.

use strict;
use warnings;

use lib 't/lib';
use RevMap::Test;
use RevMap::Config;
use RevMap::Server;

# What only these examples need; the suite has the rest.
my @optional = qw(authz_host filter proxy_balancer proxy_fcgi substitute);
my $loaded = `'@{[setting('httpd')]}' -M -f '@{[setting('t_conf_file')]}' 2>&1`;
my %module = map { $_ => RevMap::Server::extra_modules($_) }
    grep { $loaded !~ /\b${_}_module\b/ } @optional;

sub missing {
    my ($text) = @_;
    return 'mod_proxy_fcgi'     if $text =~ /fcgi:/ && lacks('proxy_fcgi');
    return 'mod_proxy_balancer' if $text =~ /balancer:/
        && lacks('proxy_balancer');
    return 'mod_substitute'     if $text =~ /Substitute/ && lacks('substitute');
    return;
}

sub lacks {
    my ($name) = @_;
    return exists $module{$name} && !$module{$name};
}

sub made_ready {
    my ($text) = @_;
    $text =~ s{\$\{APACHE_LOG_DIR\}/\S+}{/dev/null}g;
    return join('', grep { $_ } @module{ sort keys %module }) . $text;
}

open my $file, '<', 'docs/mod_revmap.md' or die "docs/mod_revmap.md: $!\n";
my (@examples, $example, $line);
while (<$file>) {
    if (/^\s*```apache$/) {
        ($example, $line) = ('', $.);
    }
    elsif (/^\s*```$/ && defined $example) {
        push @examples, [$line, $example];
        undef $example;
    }
    elsif (defined $example) {
        $example .= $_;
    }
}
close $file;
cmp_ok(scalar @examples, '>', 30, 'the manual has examples');

for (@examples) {
    my ($number, $text) = @$_;
    my $missing = missing($text);
SKIP: {
        skip("httpd has no $missing", 1) if $missing;
        my ($exit, $output) = config_test(made_ready($text));
        my @said = grep { /revmap/i } split /\n/, $output;
        ok($exit == 0 && !@said, "line $number of docs/mod_revmap.md")
            or diag("$text\n$output");
    }
}

done_testing();
