# SPDX-License-Identifier: Apache-2.0

package RevMap::Browser;

# As much of a browser as a login needs: it follows redirects and keeps cookies
# by RFC 6265bis, whose jar HTTP::Cookies is not: that one compares paths by
# bytes and knows neither __Host- nor SameSite.
#
#   my $browser = RevMap::Browser->new(port => 8529);
#   my $page = $browser->get('http://a.test/app/');
#   $page = $browser->post($page->{url}, [user => 'me', password => 'x']);
#
# Every host is reached at that port, https ones included: they stand for a
# site whose TLS ends before the server under test.

use strict;
use warnings;

use HTTP::Date qw(str2time);
use List::Util qw(first);
use RevMap::Client ();
use URI ();

use constant MAX_HOPS => 10;

sub new {
    my ($class, %is) = @_;
    return bless { port => $is{port}, jar => [], trail => [], set => [] },
        $class;
}

sub get {
    my ($self, $url) = @_;
    return $self->visit('GET', URI->new($url));
}

# A form sent from a page, by default that of the same URL.
sub post {
    my ($self, $url, $form, $page) = @_;
    my ($to, $from) = map { URI->new($_) } $url, $page || $url;
    my $query = URI->new('', 'http');
    $query->query_form($form);
    return $self->visit('POST', $to, $query->query, [
        ['Content-Type' => 'application/x-www-form-urlencoded'],
        [Origin  => $from->scheme . '://' . $from->authority],
        [Referer => $from->as_string],
    ]);
}

# The last response, {url} being where it came from. {trail} of the browser
# gets a line for each request, and {set} the Set-Cookie lines.
sub visit {
    my ($self, $method, $url, $body, $headers) = @_;
    @$self{qw(trail set)} = ([], []);
    for (1 .. MAX_HOPS) {
        my $response = $self->send_request($method, $url, $body, $headers);
        my $location = $response->header('Location');
        push @{ $self->{trail} }, "$method " . $url->path_query
            . " $response->{status}"
            . (defined $location ? " $location" : '');
        $response->{url} = $url->as_string;
        return $response
            if $response->{status} !~ /^30[12378]$/ || !defined $location;
        $url = URI->new_abs($location, $url);
        $url->fragment(undef);
        next if $response->{status} >= 307;
        ($method, $body, $headers) = ('GET');
    }
    die 'too many redirects: ', join("\n", @{ $self->{trail} }), "\n";
}

sub send_request {
    my ($self, $method, $url, $body, $headers) = @_;
    my @headers = @{ $headers || [] };
    my $cookies = $self->cookies_for($url);
    push @headers, [Cookie => $cookies] if length $cookies;
    my $response = RevMap::Client::request(
        port    => $self->{port},
        host    => $url->authority,
        target  => $url->path_query,
        method  => $method,
        body    => $body,
        headers => \@headers,
    );
    my @set = $response->header('Set-Cookie');
    push @{ $self->{set} }, @set;
    $self->take_cookie($url, $_) for @set;
    return $response;
}

# RFC 6265bis 5.6 and 5.7. True if the cookie was accepted.
sub take_cookie {
    my ($self, $url, $line) = @_;
    my ($pair, @attributes) = split /;/, $line, -1;
    return 0 if $line =~ /[\x00-\x08\x0A-\x1F\x7F]/;
    my ($name, $value) = $pair =~ /=/ ? split(/=/, $pair, 2) : ('', $pair);
    s/^[ \t]+|[ \t]+$//g for $name, $value;
    return 0 if !length $name . $value || length $name . $value > 4096;

    my %is;
    for (@attributes) {
        my ($key, $set) = /^[ \t]*(.*?)[ \t]*(?:=[ \t]*(.*?)[ \t]*)?$/;
        $is{ lc $key } = defined $set ? $set : '' if length $_ <= 1024;
    }
    my %cookie = (
        name   => $name,
        value  => $value,
        domain => lc $url->host,
        path   => default_path($url),
        secure => exists $is{secure},
        dies   => death(\%is),
    );
    $cookie{path} = $is{path} if ($is{path} || '') =~ m{^/};
    if (length(my $domain = lc($is{domain} || '') =~ s/^\.//r)) {
        return 0 if !domain_match($cookie{domain}, $domain);
        # A name of one label is a public suffix: fit for its own host only.
        return 0 if $domain !~ /\./ && $domain ne $cookie{domain};
        @cookie{qw(domain wide)} = ($domain, 1) if $domain =~ /\./;
    }
    return 0 if !acceptable(\%cookie, \%is, $url);

    @{ $self->{jar} } = grep {
        join("\0", @$_{qw(name domain path)}, $_->{wide} || 0) ne
        join("\0", @cookie{qw(name domain path)}, $cookie{wide} || 0)
    } @{ $self->{jar} };
    push @{ $self->{jar} }, \%cookie;
    return 1;
}

sub acceptable {
    my ($cookie, $is, $url) = @_;
    my $secure = $cookie->{secure};
    return 0 if $secure && $url->scheme ne 'https';
    return 0 if lc($is->{samesite} || '') eq 'none' && !$secure;
    return 0 if $cookie->{name} =~ /^__(?:Secure|Host)-/i && !$secure;
    return 0 if $cookie->{name} =~ /^__Host-/i
        && ($cookie->{wide} || ($is->{path} || '') ne '/');
    return 1;
}

sub death {
    my ($is) = @_;
    my $age = $is->{'max-age'};
    return time + $age if defined $age && $age =~ /^-?\d+$/;
    # Not what cannot be read: the cookie then lives as long as the browser.
    return defined $is->{expires} ? scalar str2time($is->{expires}) : undef;
}

# The Cookie header of a request, the longer paths first.
sub cookies_for {
    my ($self, $url) = @_;
    my ($host, $path) = (lc $url->host, $url->path || '/');
    my @send = grep {
        ($_->{wide} ? domain_match($host, $_->{domain})
                    : $host eq $_->{domain})
        && path_match($path, $_->{path})
        && (!$_->{secure} || $url->scheme eq 'https')
        && (!defined $_->{dies} || $_->{dies} > time)
    } @{ $self->{jar} };
    return join '; ', map { "$_->{name}=$_->{value}" }
        sort { length $b->{path} <=> length $a->{path} } @send;
}

# The value of a cookie as it would be sent to the URL.
sub cookie {
    my ($self, $url, $name) = @_;
    my $pair = first { /^\Q$name\E=/ }
        split /; /, $self->cookies_for(URI->new($url));
    return defined $pair ? $pair =~ s/^[^=]*=//r : undef;
}

sub default_path {
    my ($url) = @_;
    return $url->path =~ m{^(/.*)/} ? $1 : '/';
}

sub domain_match {
    my ($host, $domain) = @_;
    return $host eq $domain
        || $host =~ /\.\Q$domain\E$/ && $host !~ /^[\d.]+$/;
}

sub path_match {
    my ($path, $cookie) = @_;
    return $path eq $cookie
        || index($path, $cookie) == 0
        && ($cookie =~ m{/$} || substr($path, length $cookie, 1) eq '/');
}

1;
