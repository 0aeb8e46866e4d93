// Owns the report page: one file that needs no other.
using System.Net;
using Tern.Simulation.Reports.Charts;

namespace Tern.Simulation.Reports;

/// <summary>
/// A page with the command, the inputs, the result table and the charts. It loads nothing, runs no script, and holds no date: equal
/// reports are equal bytes.
/// </summary>
public sealed record HtmlReport
{
    /// <summary>The page's title.</summary>
    public required string Title { get; init; }

    /// <summary>The command that makes this page again.</summary>
    public required string CommandLine { get; init; }

    /// <summary>What went in: names and values, in the order to show.</summary>
    public required IReadOnlyList<(string Name, string Value)> Inputs { get; init; }

    /// <summary>The result table, if there is one.</summary>
    public ResultTable? Table { get; init; }

    /// <summary>The charts, in the order to show.</summary>
    public required IReadOnlyList<Chart> Charts { get; init; }

    /// <summary>Writes the page. Nothing is written if a chart cannot be drawn.</summary>
    /// <exception cref="ArgumentException">A chart holds what cannot be drawn.</exception>
    public void Write(TextWriter writer)
    {
        var drawings = Charts.Select(SvgChart.Draw).ToList();
        writer.Write("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        writer.Write("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n");
        writer.Write($"<title>{Escape(Title)}</title>\n<style>\n{Unix(ReportStyle.Css)}\n</style>\n</head>\n<body>\n");
        writer.Write($"<h1>{Escape(Title)}</h1>\n<dl>\n<dt>Command</dt><dd><code>{Escape(CommandLine)}</code></dd>\n");
        foreach (var (name, value) in Inputs)
            writer.Write($"<dt>{Escape(name)}</dt><dd>{Escape(value)}</dd>\n");
        writer.Write("</dl>\n");
        if (Table is not null)
        {
            writer.Write("<h2>Results</h2>\n");
            foreach (var block in Table.Blocks())
                WriteBlock(writer, block);
        }
        if (Charts.Count > 0)
            writer.Write("<h2>Figures</h2>\n");
        writer.Write("<div class=\"figures\">\n");
        for (var i = 0; i < Charts.Count; i++)
        {
            writer.Write($"<figure>\n{drawings[i]}");
            writer.Write($"<figcaption><b>Figure {i + 1}.</b> {Escape(Charts[i].Title)}</figcaption>\n");
            NumberTable.Write(writer, Charts[i]);
            writer.Write("</figure>\n");
        }
        writer.Write("</div>\n</body>\n</html>\n");
    }

    private static void WriteBlock(TextWriter writer, TableBlock block)
    {
        writer.Write("<div class=\"scroll\"><table>\n<thead>\n<tr><th></th>");
        for (var column = 1; column < block.Groups.Count; )
        {
            var end = column + 1;
            while (end < block.Groups.Count && block.Groups[end].Length == 0)
                end++;
            writer.Write($"<th class=\"group\" colspan=\"{end - column}\">{Escape(block.Groups[column])}</th>");
            column = end;
        }
        writer.Write("</tr>\n<tr>");
        foreach (var header in block.Headers)
            writer.Write($"<th>{Escape(header)}</th>");
        writer.Write("</tr>\n</thead>\n<tbody>\n");
        foreach (var row in block.Rows)
        {
            writer.Write("<tr>");
            foreach (var cell in row)
                writer.Write(
                    cell.StartsWith(' ') ? $"<td class=\"part\">{Escape(cell.Trim())}</td>" : $"<td>{Escape(cell)}</td>"
                );
            writer.Write("</tr>\n");
        }
        writer.Write("</tbody>\n</table></div>\n<ul class=\"notes\">\n");
        foreach (var note in block.Notes)
            writer.Write($"<li>{Escape(note.Trim())}</li>\n");
        writer.Write("</ul>\n");
    }

    private static string Escape(string text) => WebUtility.HtmlEncode(text);

    /// <summary>The style sheet has the line ends of its source file, which a checkout may change.</summary>
    private static string Unix(string text) => text.ReplaceLineEndings("\n");
}
