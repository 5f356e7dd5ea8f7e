{{/*
Where calls of a service go. The filters tell a pod as what it was called, and keep both versions clusters of their own in Envoy:
without them it is one cluster with weighted endpoints, where no header can decide.
*/}}
{{- define "atelier.backends" -}}
{{- $port := .service.facts.port | default 80 -}}
{{- if .service.isCanary -}}
{{- range $track := list "stable" "canary" }}
- name: {{ $.service.fullname }}{{ ternary "" "-canary" (eq $track "stable") }}
  port: {{ $port }}
  weight: {{ ternary 100 0 (eq $track "stable") }}
  filters:
    - type: RequestHeaderModifier
      requestHeaderModifier: { set: [{ name: x-canary-track, value: {{ $track }} }] }
{{- end }}
{{- else }}
- name: {{ .service.fullname }}
  port: {{ $port }}
{{- end }}
{{- end -}}

{{/* Rules for calls that say which version of a service they want: `x-canary: classifier=canary,presets=stable`. */}}
{{- define "atelier.forced" -}}
{{- $port := .service.facts.port | default 80 -}}
{{- $version := include "atelier.serviceVersion" . -}}
{{- $canary := printf "canary|%s" (regexReplaceAll "\\." $version "\\.") -}}
{{- with .service.version }}{{ $canary = printf "%s|%s" $canary (regexReplaceAll "\\." . "\\.") }}{{ end -}}
{{- range $wanted, $suffix := dict $canary "-canary" "stable" "" }}
- matches:
    - headers:
        - { type: RegularExpression, name: x-canary, value: '(.*,)?{{ $.service.name }}=({{ $wanted }})(,.*)?' }
  backendRefs:
    - name: {{ $.service.fullname }}{{ $suffix }}
      port: {{ $port }}
{{- end }}
{{- end -}}
