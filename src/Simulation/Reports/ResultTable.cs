// Owns the table that compares systems on one workload.
using System.Globalization;
using System.Text.Json;

namespace Tern.Simulation.Reports;

/// <summary>One row for each system, and below it one for each of its models if it has several: as blocks of text for a terminal or a page, as CSV, as JSON. Equal inputs give equal bytes.</summary>
public sealed class ResultTable
{
    private readonly IReadOnlyList<SystemReport> _systems;
    private readonly bool _hasModels;
    private readonly string[] _names;
    private readonly string _nameHeader;
    private readonly IReadOnlyList<ResultColumnGroup> _groups;

    /// <summary>Creates the table of some systems.</summary>
    /// <exception cref="ArgumentException">
    /// There is no system, or two differ in their definitions or first objective: their figures would not compare.
    /// </exception>
    public ResultTable(IReadOnlyList<SystemReport> systems)
    {
        if (systems.Count == 0)
            throw new ArgumentException("a table needs at least one system", nameof(systems));
        _systems = [.. systems.SelectMany(system => system.OfModels().Prepend(system))];
        _hasModels = _systems.Count > systems.Count;
        Definitions = systems[0].Metrics.Definitions;
        Objective = ObjectiveOf(systems[0]);
        foreach (var system in systems)
        {
            if (system.Metrics.Definitions != Definitions || ObjectiveOf(system) != Objective)
                throw new ArgumentException(
                    $"'{system.Name}' and '{systems[0].Name}' use different metric definitions or objectives; give both the same",
                    nameof(systems)
                );
        }
        // Every block of text begins with the names, so what tells rows apart must be in them.
        var rated = systems.Any(system => system.Rate is not null);
        _nameHeader = rated ? "system @ req/s" : "system";
        _names =
        [
            .. _systems.Select(system =>
                system.Model is { } model ? $"  {model}"
                : rated ? $"{system.Name} @ {NumberText.Short(system.Rate ?? double.NaN)}"
                : system.Name
            ),
        ];
        _groups = ResultColumnGroup.For(_systems, Definitions, Objective);
    }

    /// <summary>What the latencies mean.</summary>
    public MetricDefinitions Definitions { get; }

    /// <summary>The objective whose attainment is shown, if there is one.</summary>
    public ServiceObjective? Objective { get; }

    /// <summary>
    /// The table in blocks no wider than <paramref name="width"/> characters where columns stand two apart; a group of columns stays
    /// together, and every block begins with the systems' names.
    /// </summary>
    public IReadOnlyList<TableBlock> Blocks(int width = 120)
    {
        var nameWidth = Math.Max(_nameHeader.Length, _names.Max(name => name.Length));
        var blocks = new List<TableBlock>();
        var taken = new List<ResultColumnGroup>();
        var used = nameWidth;
        foreach (var group in _groups)
        {
            var wide = group.WidthFor(_systems);
            if (taken.Count > 0 && used + wide > width)
            {
                blocks.Add(Block(taken));
                taken.Clear();
                used = nameWidth;
            }
            taken.Add(group);
            used += wide;
        }
        blocks.Add(Block(taken));
        return blocks;
    }

    /// <summary>Writes a header and one line for each row; empty for what does not apply. With several models a column names the row's. The definitions are columns of their own.</summary>
    public void WriteCsv(TextWriter writer)
    {
        writer.Write(_hasModels ? "system,model,rate_req_s" : "system,rate_req_s");
        foreach (var column in Columns)
            writer.Write("," + column.Key);
        writer.Write(",definitions,ttft_definition,tpot_definition,normalized_definition,slo\n");
        foreach (var system in _systems)
        {
            writer.Write(Quoted(system.Name) + ",");
            if (_hasModels)
                writer.Write(Quoted(system.Model ?? "") + ",");
            writer.Write(system.Rate?.ToString("R", CultureInfo.InvariantCulture));
            foreach (var column in Columns)
            {
                var value = column.Value(system);
                writer.Write(double.IsNaN(value) ? "," : "," + value.ToString("R", CultureInfo.InvariantCulture));
            }
            string[] texts = [Definitions.Name, Definitions.TtftText, Definitions.TpotText, Definitions.NormalizedText];
            foreach (var text in texts)
                writer.Write("," + Quoted(text));
            writer.Write("," + Quoted(Objective?.ToString() ?? "") + "\n");
        }
    }

    /// <summary>Writes one object: definitions, objective, and an array of systems; null for what does not apply, and for the model of a row of all.</summary>
    public void WriteJson(Stream stream)
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" });
        json.WriteStartObject();
        json.WriteStartObject("definitions");
        json.WriteString("name", Definitions.Name);
        json.WriteString("ttft", Definitions.TtftText);
        json.WriteString("tpot", Definitions.TpotText);
        json.WriteString("normalized", Definitions.NormalizedText);
        json.WriteEndObject();
        json.WriteString("slo", Objective?.ToString());
        json.WriteStartArray("systems");
        foreach (var system in _systems)
        {
            json.WriteStartObject();
            json.WriteString("system", system.Name);
            if (_hasModels)
                json.WriteString("model", system.Model);
            if (system.Rate is { } rate)
                json.WriteNumber("rate_req_s", rate);
            else
                json.WriteNull("rate_req_s");
            foreach (var column in Columns)
            {
                var value = column.Value(system);
                if (double.IsFinite(value))
                    json.WriteNumber(column.Key, value);
                else
                    json.WriteNull(column.Key);
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private IEnumerable<ResultColumn> Columns => _groups.SelectMany(group => group.Columns);

    private static ServiceObjective? ObjectiveOf(SystemReport system) =>
        system.Metrics.Attainments is [var first, ..] ? first.Objective : null;

    private TableBlock Block(List<ResultColumnGroup> groups) =>
        new()
        {
            Notes = [.. groups.SelectMany(group => group.Notes)],
            Groups = ["", .. groups.SelectMany(group => group.Columns.Select((_, i) => i == 0 ? group.Name : ""))],
            Headers = [_nameHeader, .. groups.SelectMany(group => group.Columns.Select(column => column.Header))],
            Rows =
            [
                .. _systems.Select(
                    (system, row) =>
                        (IReadOnlyList<string>)
                            [
                                _names[row],
                                .. groups.SelectMany(group =>
                                    group.Columns.Select(column => column.Text(column.Value(system)))
                                ),
                            ]
                ),
            ],
        };

    private static string Quoted(string text) =>
        text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"")}\"";
}
