# What is told without running anything:
#   - the C sources under gcc's static analyzer, every warning an error. The other
#     tools of scripts/lint.sh take longer and packages of their own: make lint;
#   - the install script as pgspot would read it: nothing is created in the place of
#     what is there, no function runs under another search_path than its own or
#     with other rights than the caller's, and what is not PostgreSQL's is named
#     with its schema, in the strings that are executed, too, as far as they can be
#     told from others;
#   - which functions of C no fuzz target calls, and why.
#
#   prove test/t/082_static.pl
use strict;
use warnings;
use File::Basename qw(basename dirname);
use File::Spec;
use Test::More;

my $top = File::Spec->rel2abs(dirname(__FILE__) . '/../..');

my $output = qx('$top/scripts/lint.sh' gcc 2>&1);
is($? >> 8, 0, 'gcc -fanalyzer has nothing to say of src/*.c') or diag($output);

sub slurp
{
	my ($file) = @_;
	open my $handle, '<', $file or die "$file: $!";
	local $/;
	return scalar <$handle>;
}

# SQL as a list of [kind, text]
sub tokens
{
	my ($text) = @_;
	my @tokens;
	while ($text =~ /\G(?: (?<space>\s+) | (?<comment>--[^\n]*|\/\*.*?\*\/) | (?<string>[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*')
			| (?<body>\$(?<tag>\w*)\$.*?\$\g{tag}\$) | (?<word>"[^"]+"|[A-Za-z_]\w*) | (?<other>.) )/xsgc)
	{
		my ($kind) = grep { $_ ne 'tag' } keys %+;
		push @tokens, [ $kind, $+{$kind} ];
	}
	return @tokens;
}

# The statements of a script, without comments
sub statements
{
	my ($script) = @_;
	my (@all, $now);
	my $depth = 0;
	foreach my $token (tokens($script))
	{
		my ($kind, $text) = @$token;
		next if $kind eq 'comment' || ($kind eq 'space' && !defined $now);
		$depth += { case => 1, begin => 1, end => -1 }->{ lc $text } // 0 if $kind eq 'word';
		if ($text eq ';' && !$depth) { push @all, $now // ''; $now = undef; }
		else { $now .= $text; }
	}
	push @all, $now if defined $now;
	return @all;
}

# A text with its strings emptied, and by itself each string that is executed: bodies, and what begins like SQL
sub pieces
{
	my ($text) = @_;
	my $routine = $text =~ /^(?:create function|create procedure|do)\s/;
	my ($code, @inside) = ('');
	foreach my $token (tokens($text))
	{
		my ($kind, $what) = @$token;
		my $in;
		if ($kind eq 'body') { ($in) = $what =~ /^\$\w*\$(.*)\$\w*\$$/s; }
		elsif ($kind eq 'string') { ($in) = $what =~ /^[eE]?'(.*)'$/s; $in =~ s/''/'/g; }
		if (defined $in)
		{
			push @inside, $in if ($routine && $kind eq 'body')
			  || $in =~ /^\s*(?:select|insert into|update|delete from|create|alter|drop|from|(?:left )?join|with [\w{}.]+ (?:\(|as))\s/;
			$code .= "''";
		}
		else { $code .= $kind eq 'comment' ? ' ' : $what; }
	}
	return (lc $code, map { pieces($_) } @inside);
}

my $pinned = qr/\bset (?:local )?search_path = pg_catalog, pg_temp\b(?!\s*,)/;

my $script = join '', map { slurp($_) } sort glob "$top/sql/[0-9][0-9]-*.sql";
my %own = map { $_ => 1 } $script =~ /^create (?:table|view|materialized view|type|function|procedure|aggregate) karmayogi\.(\w+)/mg;

# What pgspot would find in a script; one that updates replaces what is its own, under the path of the control file's schema
sub faults
{
	my ($script, $update) = @_;
	my @faults;
	my $set = 0;
	foreach my $statement (statements($script))
	{
		next if $statement =~ /^comment on\s/;
		my ($title) = $statement =~ /^(.{1,60})/;
		my ($code, @inside) = pieces($statement);
		my $fault = sub { push @faults, "$title: $_[0]" };
		$set++ if $code =~ /^$pinned/;
		$fault->('before search_path is set') if !$set && !$update && $code !~ /^create schema karmayogi$/ && $statement !~ /^\\echo/;
		$fault->('or replace') if !$update && $code =~ /^create or replace\b/;
		$fault->('if not exists') if $code =~ /^create\b.*?\bif not exists\b/;
		$fault->('not in a schema')
		  if $code =~ /^create (?:or replace )?(?:table|view|materialized view|type|function|procedure|aggregate|operator(?! class| family)) (?!karmayogi\.)/;
		if ($code =~ /^create (?:or replace )?(?:function|procedure)\b/)
		{
			$fault->('security definer') if $code =~ /\bsecurity definer\b/;
			$fault->('a body in a string without its search_path')
			  if $code !~ /\blanguage c\b/ && $code !~ /\bbegin atomic\b|\breturn\b/ && $code !~ $pinned;
		}
		foreach my $piece ($code, @inside)
		{
			my $paths = () = $piece =~ /search_path/g;
			my $good = () = $piece =~ /$pinned/g;
			$fault->('another search_path') if $paths > $good;
		}
		$fault->('another search_path') if $statement =~ /set_config\s*\(\s*'search_path'/;
		my %with;
		foreach my $piece ($code, @inside)
		{
			$with{$_} = 1 for $piece =~ /\b(\w+)\s*(?:\([\w\s,]*\)\s*)?as\s+(?:not\s+)?(?:materialized\s+)?\(/g;
		}
		foreach my $piece ($code, @inside)
		{
			# FROM is more than one thing
			my $tables = $piece =~ s/\bdistinct from\b|\bextract\s*\(\s*\w+ from\b|^\s*revoke\b.*?\bfrom \w+/ /mgr;
			$fault->("relation $_")
			  foreach grep { !$with{$_} && !/^(?:pg_|o[nrf]$)/ } $tables =~ /\b(?:from|join|insert into|update(?=\s+\w+\s+(?:\w+\s+)?set\b)|truncate|lock table)\s+(?!lateral\b|only\b)([a-z_]\w*)(?![\w.])(?!\s*\()/g;
			$fault->("function $_") foreach grep { $own{$_} } $piece =~ /(?<![\w.])(\w+)\s*\(/g;
			$fault->("type $_") foreach grep { $own{$_} } $piece =~ /::\s*(\w+)(?![\w.])/g;
		}
	}
	return @faults;
}

my @statements = statements($script);
cmp_ok(scalar(@statements), '>', 1000, @statements . ' statements make the extension');
like(join('; ', @statements[ 0 .. 2 ]), qr/^create schema karmayogi; comment on schema karmayogi is\s.*; set local search_path = pg_catalog, pg_temp$/s,
	'the first makes the schema, the next but one sets the search_path');
is(join("\n", faults($script)), '', 'and in none is there what pgspot would find');
is(join("\n", faults(slurp($_), 1)), '', 'nor in ' . basename($_)) foreach sort glob "$top/sql/karmayogi--*--*.sql";

# It can find
my $body = "language plpgsql set search_path = pg_catalog, pg_temp as \$\$ begin %s end \$\$";
foreach my $more (
	[ 'create or replace view karmayogi.x as select 1', 'or replace' ],
	[ 'create index if not exists x on karmayogi.report (report_id)', 'if not exists' ],
	[ 'create table x (y text)', 'not in a schema' ],
	[ 'create operator = (leftarg = karmayogi.tally, rightarg = text, function = karmayogi.x)', 'not in a schema' ],
	[ "create function karmayogi.x() returns int language sql as 'select 1'", 'a body in a string without its search_path' ],
	[ 'create function karmayogi.x() returns int language plpgsql as $$ begin return 1; end $$', 'a body in a string without its search_path' ],
	[ 'create function karmayogi.x() returns int language plpgsql set search_path = karmayogi, pg_temp as $$ begin return 1; end $$',
		'a body in a string without its search_path', 'another search_path' ],
	[ 'create function karmayogi.x() returns int language plpgsql set search_path = pg_catalog, pg_temp, public as $$ begin return 1; end $$',
		'a body in a string without its search_path', 'another search_path' ],
	[ 'create function karmayogi.x() returns int security definer ' . sprintf($body, 'return 1;'), 'security definer' ],
	[ 'create function karmayogi.x() returns int ' . sprintf($body, "perform set_config('search_path', 'public', true);"), 'another search_path' ],
	[ 'set search_path = public', 'another search_path' ],
	[ 'create function karmayogi.x() returns int ' . sprintf($body, 'return (select count(*) from snapshot s);'), 'relation snapshot' ],
	[ 'create function karmayogi.x() returns int ' . sprintf($body, 'update setting s set value = 1;'), 'relation setting' ],
	[ 'create function karmayogi.x() returns int ' . sprintf($body, "execute 'insert into report select 1';"), 'relation report' ],
	[ 'create function karmayogi.x() returns int ' . sprintf($body, 'return newest_snapshot();'), 'function newest_snapshot' ],
	[ 'create function karmayogi.x() returns int ' . sprintf($body, "return ('1/2'::tally);"), 'type tally' ],
	[ 'create view karmayogi.x as select * from karmayogi.snapshot s join snapshot_org o on true', 'relation snapshot_org' ],
	[ 'create function karmayogi.x() returns bigint language sql begin atomic select count(*) from snapshot; end', 'relation snapshot' ],
	[ 'create function karmayogi.x() returns int ' . sprintf($body, "-- from nowhere\nreturn (with n as (select 1) select * from n);") ])
{
	my ($statement, @faults) = @$more;
	my ($title) = $statement =~ /^(.{1,60})/;
	is(join("\n", faults("set local search_path = pg_catalog, pg_temp;\n$statement;\n")), join("\n", map { "$title: $_" } @faults), (@faults ? '' : 'nothing ') . 'found in: ' . $statement =~ s/\s+/ /gr);
}
is((faults($script =~ s/^set local search_path.*\n//mr))[0] // '', 'create type karmayogi.tally: before search_path is set', 'found: a script that sets none');

# A function of C that is in no fuzz target has its reason here.
my %unfuzzed = (
	'what it reads the engine itself has made' =>
	  'engine_place engine_compare engine_fate engine_members engine_organisations engine_contents engine_reduce engine_sieve_unwritten',
	'the row readers that it calls are fuzzed through the aggregates; the rows themselves are a server\'s' =>
	  'engine_scan_persons engine_scan_enrolments engine_scan_attended engine_compare_table engine_write_officials engine_can_scan',
	'it runs a statement, under a snapshot, with its caller\'s rights' => 'run_step fill_table hold_snapshot drop_snapshot',
	'the board of a refresh: numbers, and a handle that is asked whether it is one' => 'open_board write_board read_board',
	'a set of rows around a reader that is fuzzed' => 'rule_terms enrolment_digest_entries',
	'a part of a tally, or a comparison that tally_cmp makes' =>
	  'tally_numerator tally_denominator tally_ne tally_le tally_gt tally_ge tally_sortsupport',
	'it keeps one of two texts' => 'first_text_accum last_text_accum');
my %reason;
foreach my $reason (keys %unfuzzed)
{
	$reason{$_} = $reason foreach split ' ', $unfuzzed{$reason};
}
my $targets = join '', map { slurp($_) } glob("$top/test/fuzz/*.c"), glob("$top/test/fuzz/*.h");
my %defined = map { $_ => 1 } map { slurp($_) =~ /^PG_FUNCTION_INFO_V1\((\w+)\)/mg } glob("$top/src/*.c");
cmp_ok(scalar(keys %defined), '>', 100, 'the functions of C are found');
is(join(' ', sort grep { !$reason{$_} && $targets !~ /\b$_\b/ } keys %defined), '', 'each is in a fuzz target or has its reason');
is(join(' ', sort grep { !$defined{$_} || $targets =~ /\b$_\b/ } keys %reason), '', 'and no reason is one too many');

done_testing();
