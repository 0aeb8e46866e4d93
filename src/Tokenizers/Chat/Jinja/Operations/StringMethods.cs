// Owns the methods of strings: which there are and how their arguments are read.
using System.Collections.Frozen;
using Tern.Tokenizers.Chat.Jinja.Values;

namespace Tern.Tokenizers.Chat.Jinja.Operations;

internal static class StringMethods
{
    private delegate Value Method(StringValue self, ArgumentReader arguments, Rendering rendering);

    private static readonly FrozenDictionary<string, Method> Methods = new Dictionary<string, Method>
    {
        ["capitalize"] = (self, _, r) => Made(self, TextCase.Capitalize(self.Text), r),
        ["casefold"] = (self, _, r) => Made(self, TextCase.Lower(self.Text), r),
        ["center"] = (self, a, r) => TextParts.Justify(self, a, 'c', r),
        ["count"] = (self, a, r) => TextSearch.Count(self, a, r),
        ["endswith"] = (self, a, r) => TextSearch.HasAffix(self, a, isPrefix: false, r),
        ["expandtabs"] = (self, a, r) => TextParts.ExpandTabs(self, a.NextInt("tabsize", 8), r),
        ["find"] = (self, a, r) => TextSearch.Find(self, a, isLast: false, mustExist: false, r),
        ["format"] = BraceFormat.Apply,
        ["index"] = (self, a, r) => TextSearch.Find(self, a, isLast: false, mustExist: true, r),
        ["isalnum"] = (self, _, _) => All(self, char.IsLetterOrDigit),
        ["isalpha"] = (self, _, _) => All(self, char.IsLetter),
        ["isascii"] = (self, _, _) => BoolValue.Of(self.Text.All(char.IsAscii)),
        ["isdecimal"] = (self, _, _) => All(self, char.IsDigit),
        ["isdigit"] = (self, _, _) => All(self, char.IsDigit),
        ["islower"] = (self, _, _) => BoolValue.Of(self.Text.Any(char.IsLower) && !self.Text.Any(char.IsUpper)),
        ["isnumeric"] = (self, _, _) => All(self, char.IsNumber),
        ["isspace"] = (self, _, _) => All(self, PythonText.IsSpace),
        ["istitle"] = (self, _, _) =>
            BoolValue.Of(self.Text.Any(char.IsLetter) && TextCase.Title(self.Text) == self.Text),
        ["isupper"] = (self, _, _) => BoolValue.Of(self.Text.Any(char.IsUpper) && !self.Text.Any(char.IsLower)),
        ["join"] = (self, a, r) => TextParts.Join(self, a.Require("iterable"), r),
        ["ljust"] = (self, a, r) => TextParts.Justify(self, a, 'l', r),
        ["lower"] = (self, _, r) => Made(self, TextCase.Lower(self.Text), r),
        ["lstrip"] = (self, a, r) => TextParts.Strip(self, a.NextText("chars"), atStart: true, atEnd: false, r),
        ["partition"] = (self, a, r) => TextParts.Partition(self, a.RequireText("sep"), isLast: false, r),
        ["removeprefix"] = (self, a, r) =>
            a.RequireText("prefix") is var prefix && self.Text.StartsWith(prefix, StringComparison.Ordinal)
                ? Made(self, self.Text[prefix.Length..], r)
                : self,
        ["removesuffix"] = (self, a, r) =>
            a.RequireText("suffix") is var suffix && self.Text.EndsWith(suffix, StringComparison.Ordinal)
                ? Made(self, self.Text[..^suffix.Length], r)
                : self,
        ["replace"] = (self, a, r) =>
            TextParts.Replace(self, Part(self, a, "old", r), Part(self, a, "new", r), a.NextInt("count", -1), r),
        ["rfind"] = (self, a, r) => TextSearch.Find(self, a, isLast: true, mustExist: false, r),
        ["rindex"] = (self, a, r) => TextSearch.Find(self, a, isLast: true, mustExist: true, r),
        ["rjust"] = (self, a, r) => TextParts.Justify(self, a, 'r', r),
        ["rpartition"] = (self, a, r) => TextParts.Partition(self, a.RequireText("sep"), isLast: true, r),
        ["rsplit"] = (self, a, r) => TextSplit.Split(self, a.NextText("sep"), a.NextInt("maxsplit", -1), true, r),
        ["rstrip"] = (self, a, r) => TextParts.Strip(self, a.NextText("chars"), atStart: false, atEnd: true, r),
        ["split"] = (self, a, r) => TextSplit.Split(self, a.NextText("sep"), a.NextInt("maxsplit", -1), false, r),
        ["splitlines"] = (self, a, r) => TextSplit.Lines(self, a.NextBool("keepends", false), r),
        ["startswith"] = (self, a, r) => TextSearch.HasAffix(self, a, isPrefix: true, r),
        ["strip"] = (self, a, r) => TextParts.Strip(self, a.NextText("chars"), atStart: true, atEnd: true, r),
        ["swapcase"] = (self, _, r) => Made(self, TextCase.Swap(self.Text), r),
        ["title"] = (self, _, r) => Made(self, TextCase.Title(self.Text), r),
        ["upper"] = (self, _, r) => Made(self, TextCase.Upper(self.Text), r),
        ["zfill"] = (self, a, r) =>
            Made(
                self,
                new FormatSpec
                {
                    Fill = "0",
                    Align = '=',
                    Width = a.NextInt("width", 0),
                }.Apply(self, r),
                r
            ),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The method of a string, bound to it, or null.</summary>
    public static FunctionValue? Find(StringValue self, string name) =>
        Methods.TryGetValue(name, out var method)
            ? new FunctionValue(
                name,
                (arguments, rendering) =>
                {
                    rendering.ChargeScan(self);
                    return method(self, arguments, rendering);
                }
            )
            : null;

    /// <summary>A string computed from another; markup stays markup.</summary>
    public static StringValue Made(StringValue self, string text, Rendering rendering)
    {
        var made = rendering.Text(text);
        return self.IsMarkup ? new StringValue(made.Text, isMarkup: true) : made;
    }

    private static BoolValue All(StringValue self, Func<char, bool> belongs) =>
        BoolValue.Of(self.Text.Length > 0 && self.Text.All(belongs));

    // Markup escapes the arguments of its methods.
    private static string Part(StringValue self, ArgumentReader arguments, string name, Rendering rendering) =>
        arguments.Require(name) switch
        {
            StringValue text when self.IsMarkup => Markup.Escape(text, rendering).Text,
            StringValue text => text.Text,
            { } other => throw rendering.Error($"replace() argument '{name}' must be str, not {other.TypeName}"),
        };
}
