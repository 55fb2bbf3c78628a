# SPDX-License-Identifier: Apache-2.0

package RevMap::Test;

# What a test file needs to read as a specification. Test::More comes along:
#
#   use lib 't/lib';
#   use RevMap::Test;
#
#   needs('proxy_fcgi');                 # else the file is skipped
#   maps('a.test', '/p/page', 302, [
#       [Location => 'http://b.test/x', '/p/x', 'why this is so'],
#       [Location => 'http://other/x',  '=',    'foreign'],
#   ]);
#   done_testing();

use strict;
use warnings;

use Apache::Test ();
use Apache::TestConfig ();
use Exporter qw(import);
use Test::More;

use RevMap::Client;

our @EXPORT = (@Test::More::EXPORT, @RevMap::Client::EXPORT,
    qw(maps get setting needs needs_httpd logged expect_in_log));

# Settings of this run: port, alone_port, backend_port, httpd, t_logs, ...
sub setting {
    my ($name) = @_;
    local $_; # Apache::Test reads its configuration into it
    return Apache::Test::vars($name);
}

# Skips the whole file where httpd lacks one of the modules.
sub needs {
    for my $name (@_) {
        plan(skip_all => "httpd has no mod_$name")
            if !Apache::Test::have_module($name);
    }
    return;
}

# Skips the whole file where httpd is older.
sub needs_httpd {
    my ($version) = @_;
    plan(skip_all => "httpd is older than $version")
        if !Apache::Test::have_min_apache_version($version);
    return;
}

# request() of RevMap::Client at this run's server.
sub get {
    return request(port => setting('port'), @_);
}

# One test a row: the backend answers $status with the headers of the row, and
# the client must get $status and exactly the values named, '=' being the
# backend's own and undef none at all.
#
#   [Name => $sent, $expected, $why]
#   [[Name => $sent, $expected], [Name => $sent, $expected], ..., $why]
#
# The second form sends several headers at once. Those that have the same name
# are compared in order. In place of the host and of the target may stand what
# get() takes: maps({ host => 'a.test', method => 'POST' }, '/p/', ...).
sub maps {
    my ($client, $target, $status, $rows) = @_;
    my %client = ref $client ? %$client : (host => $client);
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    row_maps({ %client, target => $target }, $status, $_) for @$rows;
    return;
}

sub row_maps {
    my ($client, $status, $row) = @_;
    my @headers = @$row;
    my $why;
    if (ref $headers[0]) {
        $why = pop @headers if !ref $headers[-1];
    }
    else {
        $why     = $headers[3];
        @headers = ([@headers[0 .. 2]]);
    }
    $_ = [$_->[0], $_->[1], defined $_->[2] && $_->[2] eq '='
        ? $_->[1] : $_->[2]] for @headers;

    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $response = get(%$client,
        reply => reply($status, [map { [@$_[0, 1]] } @headers]));
    is(seen($response, \@headers), wanted($status, \@headers),
        row_name($why, @headers))
        or diag("sent by the backend:\n",
            map { "    $_->[0]: $_->[1]\n" } @headers);
    return;
}

# Status and headers in the one form in which seen and wanted are compared:
# grouped by name, because headers of different names have no order.
sub seen {
    my ($response, $headers) = @_;
    my %values;
    push @{ $values{ lc $_->[0] } }, $_->[1] for @{ $response->{headers} };
    return listing($response->{status}, $headers, \%values);
}

sub wanted {
    my ($status, $headers) = @_;
    my %values;
    for (@$headers) {
        push @{ $values{ lc $_->[0] } }, $_->[2] if defined $_->[2];
    }
    return listing($status, $headers, \%values);
}

sub listing {
    my ($status, $headers, $values) = @_;
    my (%done, @lines);
    for my $name (map { $_->[0] } @$headers) {
        next if $done{ lc $name }++;
        push @lines, map { "$name: $_" } @{ $values->{ lc $name } || [] };
    }
    return join "\n", $status, @lines;
}

sub row_name {
    my ($why, @headers) = @_;
    my $name = join ', ', map {
        my ($header, $sent, $expected) = @$_;
        "$header: $sent "
            . (!defined $expected ? 'goes'
            : $expected eq $sent  ? 'stays'
            : "-> $expected");
    } @headers;
    $name .= " ($why)" if defined $why && length $why;
    $name =~ s/([^ -~])/sprintf '\\x%02X', ord $1/ge;
    # TAP gives "#" and "\" a meaning of their own; Test::More escapes "#".
    return $name;
}

# What the error log gained while the code ran, as one string. The module logs
# before the response leaves, so there is nothing to wait for.
sub logged {
    my ($code) = @_;
    my $path = setting('t_logs') . '/error_log';
    open my $log, '<', $path or die "$path: $!\n";
    seek $log, 0, 2;
    $code->();
    local $/;
    my $text = <$log>;
    return defined $text ? $text : '';
}

# Announces to 99_error_log.t that lines like this are wanted.
sub expect_in_log {
    my ($pattern) = @_;
    my $path = setting('t_logs') . '/expected_in_log';
    open my $file, '>>', $path or die "$path: $!\n";
    print {$file} "$pattern\n";
    close $file;
    return;
}

1;
