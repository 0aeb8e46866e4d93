// Owns which filters there are. Left out of Jinja's: random (not reproducible), pprint, urlize, wordwrap, xmlattr.
using System.Collections.Frozen;
using Tern.Tokenizers.Chat.Jinja.Values;

namespace Tern.Tokenizers.Chat.Jinja.Operations;

internal static class FilterTable
{
    public delegate Value Filter(Value subject, ArgumentReader arguments, Rendering rendering);

    private static readonly FrozenDictionary<string, Filter> Filters = new Dictionary<string, Filter>
    {
        ["abs"] = (v, _, r) => NumericFilters.Abs(v, r),
        ["attr"] = (v, a, r) => v.Attribute(a.RequireText("name"), r) ?? UndefinedValue.Because("no such attribute"),
        ["batch"] = SequenceFilters.Batch,
        ["capitalize"] = (v, _, r) => TextFilters.Call(v, "capitalize", r),
        ["center"] = (v, a, r) => TextFilters.Call(v, "center", r, IntValue.Of(a.NextInt("width", 80))),
        ["count"] = (v, _, r) => SequenceFilters.Length(v, r),
        ["d"] = Default,
        ["default"] = Default,
        ["dictsort"] = OrderFilters.DictSort,
        ["e"] = (v, _, r) => TextFilters.Escape(v, r),
        ["escape"] = (v, _, r) => TextFilters.Escape(v, r),
        ["filesizeformat"] = NumericFilters.FileSize,
        ["first"] = (v, _, r) => SequenceFilters.First(v, r),
        ["float"] = (v, a, _) => NumericFilters.Float(v, a),
        ["forceescape"] = (v, _, r) => Markup.Escape(new StringValue(Conversion.Text(v, r)), r),
        ["format"] = TextFilters.Format,
        ["groupby"] = OrderFilters.GroupBy,
        ["indent"] = TextFilters.Indent,
        ["int"] = NumericFilters.Integer,
        ["items"] = (v, _, r) => SequenceFilters.Items(v, r),
        ["join"] = TextFilters.Join,
        ["last"] = (v, _, r) => SequenceFilters.Last(v, r),
        ["length"] = (v, _, r) => SequenceFilters.Length(v, r),
        ["list"] = (v, _, r) => new ListValue(Conversion.ToList(v, r)),
        ["lower"] = (v, _, r) => TextFilters.Call(v, "lower", r),
        ["map"] = SelectionFilters.Map,
        ["max"] = (v, a, r) => OrderFilters.Extreme(v, a, isMaximum: true, r),
        ["min"] = (v, a, r) => OrderFilters.Extreme(v, a, isMaximum: false, r),
        ["reject"] = (v, a, r) => SelectionFilters.Select(v, a, keeps: false, r),
        ["rejectattr"] = (v, a, r) => SelectionFilters.SelectAttribute(v, a, keeps: false, r),
        ["replace"] = TextFilters.Replace,
        ["reverse"] = (v, _, r) => SequenceFilters.Reverse(v, r),
        ["round"] = NumericFilters.Round,
        ["safe"] = (v, _, r) => new StringValue(Conversion.Text(v, r), isMarkup: true),
        ["select"] = (v, a, r) => SelectionFilters.Select(v, a, keeps: true, r),
        ["selectattr"] = (v, a, r) => SelectionFilters.SelectAttribute(v, a, keeps: true, r),
        ["slice"] = SequenceFilters.Slice,
        ["sort"] = OrderFilters.Sort,
        ["string"] = (v, _, r) => Conversion.SoftText(v, r),
        ["striptags"] = (v, _, r) => TextFilters.StripTags(v, r),
        ["sum"] = SequenceFilters.Sum,
        ["title"] = (v, _, r) => TextFilters.Title(v, r),
        ["tojson"] = JsonOutput.Filter,
        ["trim"] = (v, a, r) => TextParts.Strip(Conversion.SoftText(v, r), a.NextText("chars"), true, true, r),
        ["truncate"] = TextFilters.Truncate,
        ["unique"] = OrderFilters.Unique,
        ["upper"] = (v, _, r) => TextFilters.Call(v, "upper", r),
        ["urlencode"] = (v, _, r) => TextFilters.UrlEncode(v, r),
        ["wordcount"] = (v, _, r) => TextFilters.WordCount(v, r),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static bool Exists(string name) => Filters.ContainsKey(name);

    /// <summary>Applies the filter <paramref name="name"/>; an unknown name is an error only when it is reached.</summary>
    public static Value Apply(string name, Value subject, Arguments arguments, Rendering rendering)
    {
        if (!Filters.TryGetValue(name, out var filter))
            throw rendering.Error($"No filter named '{name}'.");
        rendering.ChargeScan(subject);
        var reader = new ArgumentReader($"filter '{name}'", arguments, rendering);
        var result = filter(subject, reader, rendering);
        reader.End();
        return result;
    }

    private static Value Default(Value subject, ArgumentReader arguments, Rendering rendering)
    {
        var otherwise = arguments.Next("default_value") ?? StringValue.Empty;
        var replacesFalse = arguments.NextBool("boolean", false);
        return subject is UndefinedValue || (replacesFalse && !subject.IsTrue) ? otherwise : subject;
    }
}
