# The documents against the code: docs/indicators.md is what the catalogue says,
# names and files that the documents speak of are there, and README's reference
# leaves no public object out.
#
# Uses the database of PGDATABASE, where karmayogi stands ready.
#
#   prove test/t/090_docs.pl
use strict;
use warnings;
use File::Basename qw(dirname);
use File::Spec;
use File::Temp qw(tempfile);
use Test::More;

my $top = File::Spec->rel2abs(dirname(__FILE__) . '/../..');

sub slurp
{
	my ($file) = @_;
	open my $handle, '<', $file or die "$file: $!";
	local $/;
	return scalar <$handle>;
}

sub rows
{
	my ($query) = @_;
	my ($handle, $file) = tempfile(SUFFIX => '.sql', UNLINK => 1);
	print $handle $query;
	close $handle;
	my @rows = qx(psql -X -q -A -t -v ON_ERROR_STOP=1 -f '$file');
	die "psql failed\n" if $?;
	chomp @rows;
	return @rows;
}

# docs/indicators.md
my ($handle, $made) = tempfile(SUFFIX => '.md', UNLINK => 1);
close $handle;
is(system("psql -X -q -A -t -v ON_ERROR_STOP=1 -f '$top/docs/indicators.sql' >'$made'"), 0, 'docs/indicators.sql runs');
my $difference = qx(diff -u '$top/docs/indicators.md' '$made');
is($difference, '', 'docs/indicators.md is what the catalogue says')
  or diag("write it anew with scripts/indicators.sh:\n", substr($difference, 0, 8000));
my @sections = slurp("$top/docs/indicators.md") =~ /^### (\S+)/mg;
is_deeply(\@sections, [ rows('select code from karmayogi.indicator order by position') ],
	'a section for each indicator, in the order of the annexure');

# What the documents speak of
my %object = map { $_ => 1 } rows(<<'SQL');
select relname from pg_class where relnamespace = 'karmayogi'::regnamespace
union select proname from pg_proc where pronamespace = 'karmayogi'::regnamespace
union select typname from pg_type where typnamespace = 'karmayogi'::regnamespace
SQL
# the first call into the library defines its settings
my %setting = map { $_ => 1 } rows(<<'SQL');
select karmayogi.portal_is_missing(null) \g /dev/null
select name from pg_settings where name like 'karmayogi.%'
SQL
for my $document (qw(README.md CONTRIBUTING.md docs/meanings.md docs/indicators.md docs/performance.md docs/scale-out.md docs/security.md docs/faults.md docs/operations.md))
{
	my $text = slurp("$top/$document");
	my %seen;
	my @unknown = sort grep { !$seen{$_}++ && !$object{$_} && !$setting{"karmayogi.$_"} }
	  $text =~ /(?<![\w\/."-])karmayogi\.(?!control\b|so\b|md\b)([a-z_0-9]+)/g;
	is_deeply(\@unknown, [], "every karmayogi.name of $document is there");

	# a link leads from where the document is
	my @lost = grep { !-e File::Spec->catfile($top, dirname($document), $_) }
	  map { s/#.*//r } grep { !/^(https?:|#)/ } $text =~ /\]\(([^)\s]+)\)/g;
	is_deeply(\@lost, [], "every file that $document links to is there");
	my %anchor = map { my $h = lc; $h =~ s/[^\w\- ]//g; $h =~ s/ /-/g; ($h => 1) }
	  $text =~ /^#+ (.*)$/mg;
	is_deeply([ grep { !$anchor{$_} } $text =~ /\]\(#([^)\s]+)\)/g ],
		[], "every heading that $document links to is there");
}

# SPEC's functions are there, but for those that meanings.md leaves to later versions
my ($later) = slurp("$top/docs/meanings.md") =~ /these are for later versions: (.*?)\.\n\n/s;
my @later = ($later // '') =~ /`(\w+)`/g;
my %later = map { $_ => 1 } @later;
my %there = map { $_ => 1 } rows(q(select proname from pg_proc where pronamespace = 'karmayogi'::regnamespace
	union select relname from pg_class where relnamespace = 'karmayogi'::regnamespace));
my %asked = map { $_ => 1 } slurp("$top/docs/SPEC.md") =~ /`([a-z_]+)\(/g;
is_deeply([ grep { !$there{$_} && !$later{$_} } sort keys %asked ], [], 'every function of SPEC is there, or said to come later');
is_deeply([ grep { $there{$_} } grep { $_ ne 'mdo_ranking' } @later ], [], 'and nothing that is there is said to come later');

# README's reference: whatever is not private by its comment
my ($reference) = slurp("$top/README.md") =~ /^## Reference\n(.*?)(?=^## )/ms;
my %named = map { $_ => 1 } map { /`([a-z_0-9]+)[`(]/g } ($reference // '') =~ /^\| (`.*?) \|/mg;
my @public = rows(<<'SQL');
select distinct o.name
from (select c.relname, c.oid, 'pg_class' from pg_class c
      where c.relnamespace = 'karmayogi'::regnamespace and c.relkind in ('r', 'v', 'm')
      union all
      select p.proname, p.oid, 'pg_proc' from pg_proc p
      where p.pronamespace = 'karmayogi'::regnamespace and p.prorettype <> 'trigger'::regtype
        -- what stands behind operators, aggregates, types and casts is not called by its name
        and not exists (select from pg_operator x where x.oprcode = p.oid)
        and not exists (select from pg_aggregate a where p.oid in (a.aggtransfn, a.aggfinalfn, a.aggcombinefn,
                a.aggserialfn, a.aggdeserialfn, a.aggmtransfn, a.aggminvtransfn, a.aggmfinalfn))
        and not exists (select from pg_type t where p.oid in (t.typinput, t.typoutput, t.typreceive, t.typsend))
        and not exists (select from pg_amproc m where m.amproc = p.oid)
        and not exists (select from pg_cast c where c.castfunc = p.oid)) o (name, oid, catalogue)
where coalesce(obj_description(o.oid, o.catalogue), '') !~ '^(Private|Part of|Trigger)'
order by 1
SQL
is_deeply([ grep { !$named{$_} } @public ], [], "README's reference names every public object");
is_deeply([ grep { !$object{$_} } sort keys %named ], [], "and no object that there is not");

# Troubleshooting's headings are errors that somebody sees: what stands between
# the blanks of a heading stands in the source.
my $source = join '', map { slurp($_) } glob("$top/sql/*.sql $top/src/*.c $top/scripts/*.sh");
$source =~ s/''/'/g;
# what a message inserts: percent signs of raise and format, variables of the shell
$source =~ s/%[sIL]|%/\x{1}/g;
$source =~ s/\$\{\*:\+( named )\$\*\}/$1\x{1}/g;
my @postgres = ('extension "karmayogi" is not available', 'incompatible library', 'permission denied to create extension',
	'materialized view "indicator_live" has not been populated', 'permission denied for schema karmayogi');
my ($troubles) = slurp("$top/README.md") =~ /^## Troubleshooting\n(.*?)(?=^## )/ms;
my @headings = grep { !/^An M\/D has no rank$/ } ($troubles // '') =~ /^### (.*)$/mg;
cmp_ok(scalar @headings, '>', 15, 'Troubleshooting has headings');
for my $heading (@headings)
{
	next if grep { index($heading, $_) == 0 } @postgres;
	my @lost = grep { length > 3 && index($source, $_) < 0 }
	  map { s/^\s+|\s+$//gr } split /"?(?:\x{2026}|\xe2\x80\xa6)"?|\bN\b|"/, $heading;
	is_deeply(\@lost, [], "somebody sees: $heading");
}

done_testing();
