-- The columns that the query for DuckDB reads, as CSV files, written by psql. Variables: portal, into (a directory).
\cd :into
copy (select user_id, mdo_id, status, profile_status, marked_as_not_my_user, designation, roles, groups, cadre, cadre_batch, civil_services,
             is_verified_karmayogi, is_on_central_deputation, profile_last_updated_date
        from :"portal".user_detail) to stdout (format csv, header, null '\N') \g user_detail.csv
copy (select user_id, content_id, user_consumption_status, certificate_id, first_completed_on, last_completed_on, content_last_accessed_on
        from :"portal".user_enrolments) to stdout (format csv, header, null '\N') \g user_enrolments.csv
copy (select content_id, content_name, content_status, content_duration, last_published_on
        from :"portal".content) to stdout (format csv, header, null '\N') \g content.csv
copy (select org_id, allotment_type, allotment_to, content_id, due_by, status, isapar
        from :"portal".cb_plan) to stdout (format csv, header, null '\N') \g cb_plan.csv
copy (select event_id, duration from :"portal".events) to stdout (format csv, header, null '\N') \g events.csv
copy (select user_id, event_id, status, certificate_id, duration
        from :"portal".events_enrolment) to stdout (format csv, header, null '\N') \g events_enrolment.csv
